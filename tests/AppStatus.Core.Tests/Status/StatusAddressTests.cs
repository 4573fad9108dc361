using AppStatus.Core.Errors;
using AppStatus.Core.Status;

namespace AppStatus.Core.Tests.Status;

public sealed class StatusAddressTests
{
    [Theory]
    [InlineData("web01", "web01", null)]
    [InlineData("  web01:7001 ", "web01", 7001)]
    [InlineData("10.1.1.1:80", "10.1.1.1", 80)]
    [InlineData("[::1]:80", "::1", 80)]
    [InlineData("[::1]", "::1", null)]
    [InlineData("2001:db8::1", "2001:db8::1", null)]
    [InlineData("web_01.corp.example", "web_01.corp.example", null)]
    public void Reads_hosts(string text, string host, int? port)
    {
        StatusAddress address = StatusAddress.Parse(text);

        address.Host.ShouldBe(host);
        address.Port.ShouldBe(port);
        address.Uri.ShouldBeNull();
    }

    [Theory]
    [InlineData("http://web01", "web01", null)]
    [InlineData("http://web01:80/", "web01", 80)]
    [InlineData("https://web01:8443/api/appstatus", "web01", 8443)]
    [InlineData("https://[::1]:8443/", "::1", 8443)]
    [InlineData("web01:7001/health", "web01", 7001)]
    public void Reads_URIs(string text, string host, int? port)
    {
        StatusAddress address = StatusAddress.Parse(text);

        address.Host.ShouldBe(host);
        address.Port.ShouldBe(port);
        address.Uri.ShouldNotBeNull();
    }

    [Theory]
    [InlineData("")]
    [InlineData("   ")]
    [InlineData("web01:")]
    [InlineData("web01:http")]
    [InlineData("web01:0")]
    [InlineData("web01:65536")]
    [InlineData("web01:+80")]
    [InlineData("web 01")]
    [InlineData("[::1")]
    [InlineData("[::1]80")]
    [InlineData("[web01]:80")]
    [InlineData("ftp://web01/")]
    [InlineData("file:///etc/passwd")]
    [InlineData("http://")]
    public void Refuses(string text) =>
        Should.Throw<AppStatusException>(() => StatusAddress.Parse(text)).Id.ShouldBe(ErrorId.InvalidTarget);

    [Theory]
    [InlineData("http://me:secret@web01/")]
    [InlineData("https://me@web01/")]
    [InlineData("me:secret@web01:80")]
    [InlineData("http://me:se/cret@web01/")]
    [InlineData("http://me:se#cret@web01/")]
    public void Refuses_a_password_without_repeating_it(string text)
    {
        AppStatusException refused = Should.Throw<AppStatusException>(() => StatusAddress.Parse(text));

        refused.Id.ShouldBe(ErrorId.PasswordInUri);
        refused.Message.ShouldNotContain("cret");
        refused.Target.ShouldBeNull();
    }
}
