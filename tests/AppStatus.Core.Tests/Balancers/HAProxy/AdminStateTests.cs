using AppStatus.Core.Balancers;
using AppStatus.Core.Balancers.HAProxy;

namespace AppStatus.Core.Tests.Balancers.HAProxy;

public sealed class AdminStateTests
{
    [Theory]
    [InlineData(0x00, TrafficState.Enabled)]
    [InlineData(0x01, TrafficState.Offline)]
    [InlineData(0x02, TrafficState.Offline)]
    [InlineData(0x04, TrafficState.Enabled)] // configured as disabled, made ready since
    [InlineData(0x05, TrafficState.Offline)]
    [InlineData(0x08, TrafficState.Draining)]
    [InlineData(0x0C, TrafficState.Draining)]
    [InlineData(0x09, TrafficState.Offline)]
    [InlineData(0x10, TrafficState.Draining)]
    [InlineData(0x18, TrafficState.Draining)]
    [InlineData(0x20, TrafficState.Offline)]
    [InlineData(0x28, TrafficState.Offline)]
    [InlineData(0x40, TrafficState.Offline)]
    public void The_mask_tells_the_traffic_state(int mask, TrafficState state) => AdminState.Of(mask).ShouldBe(state);

    [Theory]
    [InlineData(0x01, "")]
    [InlineData(0x20, "its name does not resolve")]
    [InlineData(0x02, "it tracks another server")]
    public void What_holds_a_server_back_is_named(int mask, string reason) => AdminState.HeldBy(mask).ShouldBe(reason);
}
