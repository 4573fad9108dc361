using AppStatus.Core.Deployments;
using AppStatus.Core.Deployments.Execution.Steps;
using AppStatus.Core.Deployments.Planning;
using AppStatus.Core.Errors;
using AppStatus.Core.Tests.Clocks;
using AppStatus.Core.Verification;

namespace AppStatus.Core.Tests.Deployments.Execution;

/// <summary>Somebody deploys to an instance by hand before its turn comes.</summary>
public sealed class CheckHealthTests
{
    [Theory]
    [InlineData("1.5", 1, false, true)]
    [InlineData("1.5", 2, false, false)] // who resumes has been told
    [InlineData("1.5", 1, true, false)] // a script's word may be a time
    [InlineData("1.0", 1, false, false)]
    [InlineData("2.0", 1, false, false)] // it is there already
    [InlineData("", 1, false, false)]
    public async Task A_version_that_was_changed_since_the_plan_is_not_deployed_over_blindly(string runs, int attempt, bool byScript, bool refused)
    {
        DeploymentOptions options = Given.Options with { HasVersionCheck = byScript };
        Lane lane = Given.Plan(options, Given.Pool(1)).Waves[0].Lanes[0];
        lane = lane with { Instance = lane.Instance with { ExpectedVersion = "2.0" } };
        var handler = new CheckHealthHandler(new HealthGate(new Reports(runs), new ManualTimeProvider()), options);

        StepOutcome outcome = await handler.RunAsync(new StepRequest(lane, attempt, new Dictionary<string, Core.Balancers.TrafficState?>(), _ => { }), CancellationToken.None);

        (outcome.Fault?.Id).ShouldBe(refused ? ErrorId.ChangedByOperator : null);
        if (runs == "1.5" && !byScript) outcome.Observed.ShouldContain("runs '1.5', and ran '1.0'");
    }

    private sealed class Reports(string version) : IHealthProbe
    {
        public Task<HealthReading> ReadAsync(Instance instance, Uri statusUri, string release, CancellationToken cancellationToken) =>
            Task.FromResult(new HealthReading(Healthy: true, version, RunsExpected: false, "200"));
    }
}
