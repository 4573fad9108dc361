using AppStatus.Core.Errors;
using AppStatus.Core.Flags;

namespace AppStatus.Core.Tests.Flags;

public sealed class FlagKeyTests
{
    [Theory]
    [InlineData("", "new-checkout", "new-checkout")]
    [InlineData("shop:", "new-checkout", "shop:new-checkout")]
    [InlineData("{shop}/", "Größe.2", "{shop}/Größe.2")]
    public void A_key_is_prefix_and_name(string prefix, string name, string key) => FlagKey.Of(prefix, name).Key.ShouldBe(key);

    [Theory]
    [InlineData("", "", "name")]
    [InlineData("shop:", "", "name")]
    [InlineData("", "new checkout", "name")]
    [InlineData("", "new\u001b[31m", "name")]
    [InlineData("", "new\r\nSET x y", "name")]
    [InlineData("", "new-*", "name")]
    [InlineData("", "new?", "name")]
    [InlineData("", "[a]", "name")]
    [InlineData("shop *", "new", "prefix")]
    public void What_cannot_be_typed_is_no_name(string prefix, string name, string about)
    {
        AppStatusException refused = Should.Throw<AppStatusException>(() => FlagKey.Of(prefix, name));

        refused.Id.ShouldBe(ErrorId.InvalidArgument);
        refused.Message.ShouldContain($"is no {about} of a flag");
        refused.Message.ShouldNotContain("\u001b");
        refused.Message.ShouldNotContain("\n");
    }

    [Fact]
    public void A_name_has_an_end() => Should.Throw<AppStatusException>(() => FlagKey.Of("", new string('x', 513))).Id.ShouldBe(ErrorId.InvalidArgument);
}
