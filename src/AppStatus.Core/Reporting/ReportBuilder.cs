using System.Globalization;
using AppStatus.Core.Deployments;
using AppStatus.Core.Deployments.Execution;
using AppStatus.Core.Deployments.Journal;
using AppStatus.Core.Deployments.Planning;

namespace AppStatus.Core.Reporting;

/// <summary>From a journal to what a report tells.</summary>
internal static class ReportBuilder
{
    /// <param name="records">The whole journal, from its first record.</param>
    /// <param name="result">How it stands: a journal alone does not know whether its driver lives.</param>
    public static DeploymentReport Build(IReadOnlyList<JournalRecord> records, DeploymentResult result)
    {
        var first = (DeploymentStarted)records[0].Event;
        var state = new RunState(first.Plan);
        var capacity = first.Plan.Pools.Select(pool => new CapacityTally(pool, records[0].At)).ToArray();
        var marks = new List<ReportMark>();
        var share = new List<CoursePoint>();
        var quiet = new List<QuietSpan>();
        var drivers = new List<string> { Driver(first.User, first.Host, first.ProcessId) };
        foreach ((JournalRecord? before, JournalRecord record) in records.Select((record, index) => (index == 0 ? null : records[index - 1], record)))
        {
            // A driver that died is noticed only when the next one comes.
            if (record.Event is DeploymentResumed resumed)
            {
                quiet.Add(new QuietSpan(before!.At, record.At));
                string driver = Driver(resumed.By, resumed.Host, resumed.ProcessId);
                if (drivers[drivers.Count - 1] != driver) drivers.Add(driver);
            }

            if (record.Event is Continued && state.Pause is not null && state.InFlight.Count == 0) quiet.Add(new QuietSpan(before!.At, record.At));
            state.Apply(record);
            foreach (CapacityTally pool in capacity) pool.Apply(record, state);
            if (Share(record.Event, state) is { } point) share.Add(new CoursePoint(record.At, point.Value));
            if (Marks.Of(record, state) is { } mark) marks.Add(mark);
        }

        return new DeploymentReport
        {
            Result = result,
            Drivers = drivers,
            Until = state.LastEventAt,
            Lanes = [.. state.Lanes.Select(lane => Lane(lane, state, quiet))],
            Capacity = [.. capacity.Select(pool => pool.Course)],
            Share = share,
            Marks = marks,
            Quiet = quiet,
            Warnings = first.Plan.Warnings,
            Undoes = first.Plan.Undoes,
        };
    }

    private static string Driver(string user, string host, int processId) => FormattableString.Invariant($"{user} on {host} (process {processId})");

    // The weights as they were before make no share that the journal knows.
    private static (double? Value, bool _)? Share(JournalEvent item, RunState state) => item switch
    {
        StepSucceeded { Step: StepKind.Shift } shift => (state[shift.Lane].Plan.Shift is { Restores: false } weights ? weights.Reached : null, true),
        StepSucceeded { Step: StepKind.Cut } => (0, true),
        _ => null,
    };

    private static ReportLane Lane(LaneRun lane, RunState state, List<QuietSpan> quiet)
    {
        Lane plan = lane.Plan;
        bool isInstance = plan.Instance.Address.Length > 0;
        LaneResult result = Results.Lane(lane, state);
        return new ReportLane
        {
            Row = $"{plan.Instance.Name}\n{plan.Instance.Address}:{plan.Instance.Port}",
            Name = plan.Instance.Name,
            IsInstance = isInstance,
            State = lane.State,
            From = From(plan),
            To = To(plan),
            Left = isInstance ? result.Left : "",
            Error = lane.Error is { } error ? $"{error}: {lane.Message}" : lane.Message,
            Mismatch = lane.Mismatch ?? "",
            Duration = result.Duration,
            Bars = [.. lane.Steps.Select(step => Bar(step, state, quiet))],
        };
    }

    private static string From(Lane plan) =>
        plan.Switch is { } change ? change.From : plan.Instance.Version.Length > 0 ? plan.Instance.Version : plan.Instance.PreviousRelease;

    private static string To(Lane plan)
    {
        if (plan.Shift is { } shift) return shift.Restores ? "weights as before" : string.Format(CultureInfo.InvariantCulture, "{0:0.#} % of the traffic", shift.Reached);
        if (plan.Switch is { } change) return change.To;
        string to = plan.Steps.Contains(StepKind.Deploy) ? plan.Release : plan.Effect == LaneEffect.Leave ? "out of traffic" : plan.Effect == LaneEffect.Enter ? "into traffic" : "";
        string role = plan.IsCanary ? " (canary)" : plan.IsBaseline ? " (baseline)" : plan.Replaces is { } old ? $", in place of {old.Instance.Name}" : "";
        return to + role;
    }

    private static ReportBar Bar(StepRun step, RunState state, List<QuietSpan> quiet)
    {
        DateTimeOffset until = step.Ended ?? state.LastEventAt;
        // Nobody knows when an interrupted step ended: it is drawn as far as its driver is known to have lived.
        bool interrupted = step.Error == Errors.ErrorId.Interrupted;
        if (interrupted && quiet.FirstOrDefault(span => span.To == until) is { } gap) until = gap.From;
        BarOutcome outcome = step.Running || interrupted ? BarOutcome.Unknown : step.Succeeded ? BarOutcome.Succeeded : BarOutcome.Failed;
        return new ReportBar(step.Kind, step.Attempt, step.Started, until < step.Started ? step.Started : until, outcome, step.Text);
    }
}
