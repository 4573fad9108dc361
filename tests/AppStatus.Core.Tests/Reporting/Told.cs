using AppStatus.Core.Balancers;
using AppStatus.Core.Deployments;
using AppStatus.Core.Deployments.Execution;
using AppStatus.Core.Deployments.Journal;
using AppStatus.Core.Deployments.Planning;
using AppStatus.Core.Errors;
using AppStatus.Core.Reporting;
using AppStatus.Core.Tests.Deployments;

namespace AppStatus.Core.Tests.Reporting;

/// <summary>A journal that a test tells, and the report of it.</summary>
internal sealed class Told
{
    private readonly List<JournalRecord> _records = [];
    private readonly DeploymentPlan _plan;
    private DateTimeOffset _now = Given.Start;

    public Told(DeploymentPlan plan)
    {
        _plan = plan;
        Then(new DeploymentStarted("d1", plan, "host", "user", 1));
    }

    public static Told Rolling(int size, DeploymentOptions? options = null) => new(Given.Plan(options ?? Given.Options, Given.Pool(size)));

    public DateTimeOffset Now => _now;

    public Told After(double seconds)
    {
        _now += TimeSpan.FromSeconds(seconds);
        return this;
    }

    public Told Then(params JournalEvent[] events)
    {
        foreach (JournalEvent item in events) _records.Add(new JournalRecord(_records.Count + 1, _now, item));
        return this;
    }

    /// <summary>A step of a lane from its start to its good end, so many seconds later.</summary>
    public Told Step(int lane, StepKind step, double seconds = 1, TrafficState? leaves = null, int? capacity = null, string observed = "") =>
        Then(new StepStarted(Given.Lane(lane), step, 1, capacity)).After(seconds)
            .Then(new StepSucceeded(Given.Lane(lane), step, observed, leaves is { } state ? Members(lane, state) : null));

    /// <summary>The whole of a lane that goes well, ten seconds.</summary>
    public Told Whole(int lane, int capacity) =>
        Step(lane, StepKind.CheckHealth).Step(lane, StepKind.Drain, 1, TrafficState.Draining, capacity).Step(lane, StepKind.AwaitIdle).Step(lane, StepKind.Deploy, 4)
            .Step(lane, StepKind.Verify).Step(lane, StepKind.Restore, 1, TrafficState.Enabled).Step(lane, StepKind.AwaitServing).Then(new LaneEnded(Given.Lane(lane), LaneState.Succeeded, null, ""));

    /// <summary>A lane whose deploy fails after six seconds: it stays out.</summary>
    public Told Broken(int lane, string message, int? capacity = null) =>
        Step(lane, StepKind.CheckHealth).Step(lane, StepKind.Drain, 1, TrafficState.Draining, capacity).Then(new StepStarted(Given.Lane(lane), StepKind.Deploy, 1)).After(4)
            .Then(new StepFailed(Given.Lane(lane), StepKind.Deploy, ErrorId.DeployFailed, message, null), new LaneEnded(Given.Lane(lane), LaneState.Failed, ErrorId.DeployFailed, message));

    /// <param name="state">How a look from outside sees it; null: as it ended.</param>
    public DeploymentReport Report(DeploymentState? state = null)
    {
        DeploymentResult result = Results.Of(RunState.Fold(_records), "store d1");
        return ReportBuilder.Build(_records, state is { } seen ? result with { State = seen } : result);
    }

    private Dictionary<string, TrafficState?> Members(int lane, TrafficState state) =>
        _plan.Lanes.First(candidate => candidate.Key == Given.Lane(lane)).AllMemberships.ToDictionary(LaneRun.MemberKey, _ => (TrafficState?)state);
}
