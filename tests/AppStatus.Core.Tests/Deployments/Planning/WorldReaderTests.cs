using AppStatus.Core.Balancers;
using AppStatus.Core.Deployments;
using AppStatus.Core.Deployments.Planning;
using AppStatus.Core.Status;
using AppStatus.Core.Tests.Clocks;
using AppStatus.Core.Tests.Simulation;
using AppStatus.Core.Verification;

namespace AppStatus.Core.Tests.Deployments.Planning;

public sealed class WorldReaderTests : IHealthProbe
{
    private readonly List<string> _releases = [];

    [Fact]
    public async Task The_look_is_dated_by_the_clock_of_the_driver_and_checks_hear_of_the_release()
    {
        var world = new IdealWorld(pools: 1, membersEach: 1);
        var clock = new ManualTimeProvider(new DateTimeOffset(2031, 2, 3, 4, 5, 6, TimeSpan.Zero));
        var ports = new DeploymentPorts { Balancers = new Dictionary<string, IBalancer>(), Health = this, Deploy = world, Observer = world, Time = clock };
        DeploymentTarget[] targets = [new(new StatusTarget("web01", new Uri("http://10.0.0.1:8080/appstatus")))];

        PlanningInput input = await new WorldReader(ports).ReadAsync(targets, [], keyByAddress: false, "build-7", "2.0", CancellationToken.None);

        input.ReadAt.ShouldBe(clock.GetUtcNow());
        input.Instances.ShouldHaveSingleItem().Instance.ExpectedVersion.ShouldBe("2.0");
        _releases.ShouldBe(["build-7"]);
    }

    Task<HealthReading> IHealthProbe.ReadAsync(Instance instance, Uri statusUri, string release, CancellationToken cancellationToken)
    {
        _releases.Add(release);
        return Task.FromResult(new HealthReading(Healthy: true, "1.0", RunsExpected: false, "200"));
    }
}
