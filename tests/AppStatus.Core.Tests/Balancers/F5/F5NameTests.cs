using AppStatus.Core.Balancers.F5;
using AppStatus.Core.Errors;

namespace AppStatus.Core.Tests.Balancers.F5;

public sealed class F5NameTests
{
    [Theory]
    [InlineData("web", "/Common/web")]
    [InlineData("/Sales/web", "/Sales/web")]
    [InlineData("/Common/app.app/web", "/Common/app.app/web")]
    public void A_name_without_a_partition_is_in_Common(string name, string fullPath) => F5Name.FullPath(name).ShouldBe(fullPath);

    [Theory]
    [InlineData("/Common/web", "~Common~web")]
    [InlineData("/Common/10.1.1.1%2:80", "~Common~10.1.1.1%252:80")]
    [InlineData("/Common/2001:db8::1.80", "~Common~2001:db8::1.80")]
    [InlineData("/Common/app.app/my web?", "~Common~app.app~my%20web%3F")]
    public void A_full_path_is_one_segment_of_a_URL(string fullPath, string encoded)
    {
        F5Name.Encode(fullPath).ShouldBe(encoded);
        new Uri("https://bigip/mgmt/" + encoded).PathAndQuery.ShouldBe("/mgmt/" + encoded);
    }

    [Theory]
    [InlineData("/Common/10.1.1.1:80", "10.1.1.1", "80")]
    [InlineData("/Common/10.1.1.1%2:80", "10.1.1.1%2", "80")]
    [InlineData("/Common/web01.example:8080", "web01.example", "8080")]
    [InlineData("/Common/2001:db8::1.80", "2001:db8::1", "80")]
    [InlineData("/Common/2001:db8::1%2.80", "2001:db8::1%2", "80")]
    [InlineData("/Common/odd", "odd", "")]
    public void A_member_is_a_node_and_a_port(string member, string node, string port) => F5Name.SplitMember(member).ShouldBe((node, port));

    [Theory]
    [InlineData("")]
    [InlineData("/")]
    [InlineData("web\r\nX: y")]
    public void What_can_be_no_name_is_refused(string name) => Should.Throw<AppStatusException>(() => F5Name.FullPath(name)).Id.ShouldBe(ErrorId.InvalidArgument);
}
