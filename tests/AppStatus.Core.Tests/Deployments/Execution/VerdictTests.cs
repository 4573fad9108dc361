using AppStatus.Core.Deployments;
using AppStatus.Core.Deployments.Execution;
using AppStatus.Core.Deployments.Journal;
using AppStatus.Core.Errors;

namespace AppStatus.Core.Tests.Deployments.Execution;

public sealed class VerdictTests
{
    [Theory]
    [InlineData("SSS", "", DeploymentState.Succeeded)]
    [InlineData("SSK", "", DeploymentState.SucceededWithIssues)]
    [InlineData("KKK", "", DeploymentState.Failed)]
    [InlineData("FSS", "", DeploymentState.Failed)]
    [InlineData("SSF", "", DeploymentState.Failed)]
    [InlineData("FFF", "", DeploymentState.Failed)]
    [InlineData("SSS", "1", DeploymentState.SucceededWithIssues)]
    [InlineData("SSS", "12", DeploymentState.Failed)]
    [InlineData("SS", "halt", DeploymentState.Halted)]
    [InlineData("SF", "halt", DeploymentState.Halted)]
    [InlineData("SSS", "stop", DeploymentState.Stopped)]
    public void A_run_is_called_what_its_lanes_say(string lanes, string besides, DeploymentState verdict)
    {
        RunByHand run = Given.Run(Given.Options with { MaxMismatched = 1, MaxFailures = 3, BatchSize = "3" }, 3);
        run.Step();
        for (int lane = 1; lane <= lanes.Length; lane++)
        {
            (LaneState state, ErrorId? error) = lanes[lane - 1] switch
            {
                'S' => (LaneState.Succeeded, (ErrorId?)null),
                'K' => (LaneState.Skipped, ErrorId.CheckFailed),
                _ => (LaneState.Failed, ErrorId.DeployFailed),
            };
            run.Journal(new LaneEnded(Given.Lane(lane), state, error, ""));
        }

        if (besides == "halt") run.Journal(new Halted(ErrorId.CapacityLost, ""));
        else if (besides == "stop") run.Journal(new StopRequested("me", Immediate: false));
        else run.Journal(new FleetChecked(besides.Select(lane => Given.Lane(lane - '0')).ToDictionary(lane => lane, _ => "1.0")));

        Verdict.Of(run.State).ShouldBe(verdict);
    }
}
