using AppStatus.Core.Balancers.HAProxy;
using AppStatus.Core.Errors;

namespace AppStatus.Core.Tests.Balancers.HAProxy;

public sealed class HAProxyAddressTests
{
    [Theory]
    [InlineData("TCP://LB1.Example:9999/", "tcp://lb1.example:9999")]
    [InlineData("tcp://[::1]:9999", "tcp://[::1]:9999")]
    [InlineData("unix:///run/haproxy/admin.sock", "unix:///run/haproxy/admin.sock")]
    [InlineData("unix:///run/my%20proxy.sock", "unix:///run/my proxy.sock")]
    public void One_address_has_one_name(string uri, string name) => HAProxyAddress.Of(new Uri(uri)).Name.ShouldBe(name);

    [Theory]
    [InlineData("tcp://lb1", ErrorId.InvalidArgument)]
    [InlineData("tcp://lb1:9999/path", ErrorId.InvalidArgument)]
    [InlineData("http://lb1:9999", ErrorId.InvalidArgument)]
    [InlineData("unix://run/haproxy.sock", ErrorId.InvalidArgument)]
    [InlineData("tcp://admin:secret@lb1:9999", ErrorId.PasswordInUri)]
    public void What_is_no_runtime_API_is_refused(string uri, ErrorId id)
    {
        AppStatusException error = Should.Throw<AppStatusException>(() => HAProxyAddress.Of(new Uri(uri)));
        error.Id.ShouldBe(id);
        error.Message.ShouldNotContain("secret");
    }

    [Theory]
    [InlineData("web")]
    [InlineData("be_web-1.example:80")]
    public void Names_that_HAProxy_allows_pass(string name) => HAProxyNames.Checked(name, "backend").ShouldBe(name);

    [Theory]
    [InlineData("")]
    [InlineData("web a")]
    [InlineData("web;shutdown")]
    [InlineData("web\nshow info")]
    [InlineData("web/a")]
    [InlineData("wéb")]
    public void Names_that_would_end_the_command_are_refused(string name) =>
        Should.Throw<AppStatusException>(() => HAProxyNames.Checked(name, "backend")).Id.ShouldBe(ErrorId.InvalidArgument);
}
