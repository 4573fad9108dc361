using AppStatus.Lab.BigIp;
using AppStatus.Lab.BigIp.Configuration;

namespace AppStatus.Integration.Tests.Lab.BigIp;

internal static class Devices
{
    /// <summary>One pool <c>web</c> with a member, and an empty one.</summary>
    public static BigIpConfiguration Plain { get; } = new()
    {
        Pools =
        [
            new PoolConfiguration { Name = "web", Members = [new MemberConfiguration { Address = "10.1.1.1:80", Ratio = 3 }] },
            new PoolConfiguration { Name = "empty" },
        ],
    };

    public static Task<BigIpSimulator> StartAsync(BigIpConfiguration configuration, TimeProvider? time = null) =>
        BigIpSimulator.StartAsync(configuration, TestContext.Current.CancellationToken, time);
}
