using System.Net;
using System.Net.Sockets;
using AppStatus.Core.Environments;

namespace AppStatus.Core.Tests.Environments;

public sealed class FreePortsTests
{
    private static readonly EnvironmentDefinition Open = new() { Instances = 3 };

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(9_999)]
    [InlineData(int.MinValue)]
    [InlineData(int.MaxValue)]
    public void Everything_gets_a_port_of_its_own_whatever_the_seed(int seed)
    {
        EnvironmentDefinition filled = FreePorts.Fill(Open with { Redis = true }, seed);

        int[] all = [filled.Port, filled.AdminPort, filled.RedisPort, .. filled.Ports];
        all.Length.ShouldBe(6);
        all.Distinct().Count().ShouldBe(6);
        all.ShouldAllBe(port => port >= 30_000 && port <= 32_767);
    }

    [Fact]
    public void What_is_said_stays_and_is_given_to_nothing_else()
    {
        int first = FreePorts.Fill(Open, 500).Port;

        EnvironmentDefinition filled = FreePorts.Fill(Open with { AdminPort = first }, first - 30_000);

        filled.AdminPort.ShouldBe(first);
        new[] { filled.Port, filled.Ports[0], filled.Ports[1], filled.Ports[2] }.ShouldNotContain(first);
    }

    [Fact]
    public void Instances_follow_the_first_port_and_the_rest_keeps_off_them()
    {
        int free = FreePorts.Fill(Open, 700).Port;

        EnvironmentDefinition filled = FreePorts.Fill(Open with { FirstPort = free }, free - 30_000);

        filled.Ports.ShouldBe([free, free + 1, free + 2]);
        filled.Port.ShouldBeGreaterThan(free + 2);
        filled.AdminPort.ShouldBeGreaterThan(free + 2);
    }

    [Fact]
    public void No_Redis_gets_no_port() => FreePorts.Fill(Open, 1).RedisPort.ShouldBe(0);

    [Fact]
    public void A_port_that_somebody_has_is_passed_over()
    {
        int port = FreePorts.Fill(Open, 3_000).Port;
        var somebody = new TcpListener(IPAddress.Loopback, port);
        somebody.Start();
        try
        {
            EnvironmentDefinition filled = FreePorts.Fill(Open, port - 30_000);

            new[] { filled.Port, filled.AdminPort, filled.Ports[0] }.ShouldNotContain(port);
        }
        finally
        {
            somebody.Stop();
        }
    }
}
