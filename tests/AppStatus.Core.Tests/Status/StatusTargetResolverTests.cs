using AppStatus.Core.Balancers;
using AppStatus.Core.Errors;
using AppStatus.Core.Status;

namespace AppStatus.Core.Tests.Status;

public sealed class StatusTargetResolverTests
{
    private static readonly StatusTargetSource Member = new("/Common/web01:8080", "10.1.1.1", 8080) { ComputerName = "web01.corp" };

    [Theory]
    [InlineData("web01", null, "http://web01/appstatus")]
    [InlineData("web01:443", null, "https://web01/appstatus")]
    [InlineData("web01", 443, "https://web01/appstatus")]
    [InlineData("web01", 7001, "http://web01:7001/appstatus")]
    [InlineData("web01:7002", 7001, "http://web01:7002/appstatus")]
    [InlineData("[::1]:80", null, "http://[::1]/appstatus")]
    [InlineData("2001:db8::1", 81, "http://[2001:db8::1]:81/appstatus")]
    [InlineData("http://web01/", null, "http://web01/appstatus")]
    [InlineData("https://web01:8443", null, "https://web01:8443/appstatus")]
    [InlineData("https://web01", 8443, "https://web01:8443/appstatus")]
    [InlineData("https://web01:8443/api/appstatus", 99, "https://web01:8443/api/appstatus")]
    public void Finds_the_endpoint_of_what_was_typed(string text, int? port, string uri) =>
        new StatusTargetResolver { Port = port }.Resolve(Typed(text)).Uri.AbsoluteUri.ShouldBe(uri);

    [Fact]
    public void A_port_replaces_that_of_a_member()
    {
        new StatusTargetResolver().Resolve(Member).Uri.AbsoluteUri.ShouldBe("http://10.1.1.1:8080/appstatus");
        new StatusTargetResolver { Port = 9000, Path = "api/appstatus" }.Resolve(Member).Uri.AbsoluteUri.ShouldBe("http://10.1.1.1:9000/api/appstatus");
    }

    [Theory]
    [InlineData("https://{Name}:8443/appstatus", "https://web01:8443/appstatus")]
    [InlineData("https://{computername}/s/{Port}", "https://web01.corp/s/8080")]
    [InlineData("http://{Address}:{Port}/", "http://10.1.1.1:8080/")]
    public void Fills_a_template(string template, string uri) =>
        new StatusTargetResolver { Template = template }.Resolve(Member).Uri.AbsoluteUri.ShouldBe(uri);

    [Fact]
    public void A_template_goes_before_a_typed_port() =>
        new StatusTargetResolver { Template = "https://{Name}:8443/appstatus" }.Resolve(Typed("web01:7001")).Uri.AbsoluteUri.ShouldBe("https://web01:8443/appstatus");

    [Fact]
    public void A_template_brackets_IPv6() =>
        new StatusTargetResolver { Template = "https://{Address}:8443/appstatus" }.Resolve(Typed("::1")).Uri.AbsoluteUri.ShouldBe("https://[::1]:8443/appstatus");

    [Theory]
    [InlineData("https://{Host}/", ErrorId.InvalidTarget)]
    [InlineData("{Name}:8443/appstatus?{Port", ErrorId.InvalidTarget)]
    [InlineData("https://me:pw@{Name}/", ErrorId.PasswordInUri)]
    public void Refuses_a_template(string template, ErrorId id) =>
        Should.Throw<AppStatusException>(() => new StatusTargetResolver { Template = template }.Resolve(Member)).Id.ShouldBe(id);

    [Fact]
    public void A_template_that_asks_for_a_port_needs_one() =>
        Should.Throw<AppStatusException>(() => new StatusTargetResolver { Template = "http://{Name}:{Port}/" }.Resolve(Typed("web01")))
            .Message.ShouldContain("{Port}");

    [Fact]
    public void Keeps_the_member_and_the_host_header()
    {
        var member = new PoolMember { Name = "web01", Pool = "web", Address = "10.1.1.1", Port = 80, Balancer = "b" };

        StatusTarget target = new StatusTargetResolver { HostHeader = "shop.example" }.Resolve(new StatusTargetSource("web01", "10.1.1.1", 80) { Member = member });

        target.Member.ShouldBeSameAs(member);
        target.HostHeader.ShouldBe("shop.example");
    }

    private static StatusTargetSource Typed(string text)
    {
        StatusAddress address = StatusAddress.Parse(text);
        return new StatusTargetSource(text, address.Host, address.Port) { Uri = address.Uri, Typed = true };
    }
}
