using AppStatus.Core.Errors;
using AppStatus.Core.Redis;

namespace AppStatus.Core.Tests.Redis;

public sealed class RedisEndpointTests
{
    [Theory]
    [InlineData("redis://Cache01", "redis://cache01:6379/0")]
    [InlineData("redis://cache01/", "redis://cache01:6379/0")]
    [InlineData("redis://cache01:7000/3", "redis://cache01:7000/3")]
    [InlineData("rediss://cache01", "rediss://cache01:6379/0")]
    [InlineData("redis://[::1]:7000", "redis://[::1]:7000/0")]
    [InlineData("redis://10.0.0.7", "redis://10.0.0.7:6379/0")]
    public void Addresses_have_one_form(string text, string normal) => RedisEndpoint.Parse(text).ToString().ShouldBe(normal);

    [Theory]
    [InlineData("http://cache01")]
    [InlineData("cache01:6379")]
    [InlineData("redis://")]
    [InlineData("redis://cache01:0")]
    [InlineData("redis://cache01:70000")]
    [InlineData("redis://cache01/one")]
    [InlineData("redis://cache01/-1")]
    [InlineData("redis://cache01/0?password=hunter2")]
    [InlineData("redis://cache01/0#hunter2")]
    public void What_is_no_address_is_refused_without_being_repeated(string text)
    {
        AppStatusException refused = Should.Throw<AppStatusException>(() => RedisEndpoint.Parse(text));
        refused.Id.ShouldBe(ErrorId.InvalidArgument);
        refused.Message.ShouldNotContain("hunter2");
    }

    [Theory]
    [InlineData("redis://:hunter2@cache01")]
    [InlineData("redis://user:hunter2@cache01/0")]
    [InlineData("redis://hunter2@cache01")]
    [InlineData("redis://:hunter2/#?@cache01")]
    [InlineData("rediss://user:hun@ter2@cache01")]
    public void A_password_is_refused_without_being_repeated(string text)
    {
        AppStatusException refused = Should.Throw<AppStatusException>(() => RedisEndpoint.Parse(text));
        refused.Id.ShouldBe(ErrorId.PasswordInUri);
        refused.Message.ShouldNotContain("hunter2");
        refused.Message.ShouldNotContain("ter2");
    }
}
