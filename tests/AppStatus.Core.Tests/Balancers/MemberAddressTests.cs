using AppStatus.Core.Balancers;

namespace AppStatus.Core.Tests.Balancers;

public sealed class MemberAddressTests
{
    [Theory]
    [InlineData("10.1.1.1", "10.1.1.1", true)]
    [InlineData("10.1.1.1", "10.1.1.10", false)]
    [InlineData("10.1.1.1%2", "10.1.1.1", true)]
    [InlineData("10.1.1.1%2", "10.1.1.1%2", true)]
    [InlineData("10.1.1.1%2", "10.1.1.1%3", false)]
    [InlineData("10.1.1.1", "10.1.1.1%2", false)]
    [InlineData("2001:db8::1", "2001:0DB8:0::1", true)]
    [InlineData("10.1.1.1", "WEB01", true)]
    [InlineData("10.1.1.1", "web", false)]
    public void A_host_is_known_by_any_notation_of_its_address_and_by_its_name(string address, string typed, bool same) =>
        new PoolMember { Name = "m", Pool = "web", Address = address, ComputerName = "web01", Port = 80, Balancer = "b" }.IsHost(typed).ShouldBe(same);
}
