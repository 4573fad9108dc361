using System.Text.Json;
using System.Text.RegularExpressions;
using AppStatus.Core.Deployments;
using AppStatus.Core.Deployments.Execution;
using AppStatus.Core.Deployments.Execution.Steps;
using AppStatus.Core.Deployments.Journal;
using AppStatus.Core.Deployments.Planning;
using AppStatus.Core.Errors;

namespace AppStatus.Core.Tests.Simulation;

/// <summary>
/// One seed, played from the plan to the end. The world and the journal outlive the driver: to crash at a journal's boundary
/// is to throw away all but those two.
/// </summary>
internal sealed class SimulatedRun
{
    private const int MostTimers = 2_000_000;

    private SimulatedRun(Scenario scenario, MemoryJournal journal, RunState state, IReadOnlyList<string> violations)
    {
        Scenario = scenario;
        Journal = journal;
        State = state;
        Violations = violations;
    }

    public Scenario Scenario { get; }

    public MemoryJournal Journal { get; }

    public RunState State { get; }

    public IReadOnlyList<string> Violations { get; }

    public static SimulatedRun Of(int seed) => Play(ScenarioFactory.Of(seed));

    public static SimulatedRun Play(Scenario scenario)
    {
        // Without a context everything that waits on the clock goes on inline, on this thread, in one order.
        SynchronizationContext? context = SynchronizationContext.Current;
        SynchronizationContext.SetSynchronizationContext(null);
        try
        {
            return PlayInline(scenario);
        }
        finally
        {
            SynchronizationContext.SetSynchronizationContext(context);
        }
    }

    /// <summary>The journal as text, for a person.</summary>
    public string Transcript(int last) => string.Join("\n", Journal.Records.Skip(1).TakeLast(last).Select(record =>
        $"  {(record.At - Journal.Records[0].At).TotalSeconds,9:0.000} {JsonSerializer.Serialize(record.Event, JournalJson.Default.JournalEvent)}"));

    private static SimulatedRun PlayInline(Scenario scenario)
    {
        SimulatedWorld world = scenario.World;
        DeploymentPlan plan = Plan(scenario, out string? refusedWrongly);
        var journal = new MemoryJournal(world.Clock) { FailsFrom = scenario.JournalFailsFrom, Latency = scenario.JournalLatency };
        var watch = new RunWatch(world, plan, scenario.MostLatency);
        if (refusedWrongly is not null) watch.Violations.Add(refusedWrongly);
        world.Written = watch.OnWritten;
        world.DeployBegun = watch.OnDeploy;

        var state = new RunState(plan);
        using var stop = new CancellationTokenSource();
        if (scenario.StopAt is { } at) world.After(at, stop.Cancel);
        Task run = DriveAsync(scenario, plan, state, journal, watch, stop.Token);
        bool ended = Pump(scenario, plan, run, watch);
        if (run.IsFaulted && !(journal.Failed && run.Exception.InnerException is AppStatusException { Id: ErrorId.StoreUnavailable }))
            watch.Violations.Add($"the runner threw {run.Exception.InnerException}");
        if (ended && !run.IsFaulted) new EndChecks(scenario, state, watch).Check();
        if (run.IsFaulted && world.CallsUnderWay > 0) watch.Violations.Add("calls are under way after the journal failed");
        CheckFold(journal, state, watch);
        return new SimulatedRun(scenario, journal, state, watch.Violations);
    }

    // A refused plan must name a batch that is then accepted, or none, and then no batch is.
    private static DeploymentPlan Plan(Scenario scenario, out string? wrong)
    {
        PlanningInput input = scenario.Observe();
        PlanningResult result = RollingPlanner.Plan(scenario.Options, input);
        wrong = null;
        if (result.Plan is not null) return result.Plan;

        Match named = Regex.Match(result.Refusals[0].NextStep, "-BatchSize (?<size>[0-9]+)", RegexOptions.ExplicitCapture, TimeSpan.FromSeconds(1));
        string batch = named.Success ? named.Groups["size"].Value : "1";
        DeploymentPlan? smaller = RollingPlanner.Plan(scenario.Options with { BatchSize = batch, Bake = TimeSpan.Zero, FirstBake = TimeSpan.Zero }, input).Plan;
        if (smaller is null == named.Success) wrong = $"refused with '{result.Refusals[0].NextStep}', and a batch of {batch} is {(smaller is null ? "refused" : "accepted")}";
        return smaller ?? RollingPlanner.Plan(scenario.Options with { MinimumHealthy = "0" }, input).Plan!;
    }

    private static async Task DriveAsync(
        Scenario scenario, DeploymentPlan plan, RunState state, MemoryJournal journal, RunWatch watch, CancellationToken stop)
    {
        SimulatedWorld world = scenario.World;
        foreach (JournalRecord record in await journal.AppendAsync([new DeploymentStarted("d1", plan, "host", "user", 1)], CancellationToken.None))
        {
            state.Apply(record);
            watch.OnRecord(record, state);
        }

        var pools = new PoolReader(world.Balancers, world.Clock);
        IReadOnlyDictionary<StepKind, IStepHandler> handlers = StepHandlers.Of(
            plan.Options, pools, scenario.Health, scenario.Application, scenario.Application, scenario.Application, world.Clock);
        using var runner = new DeploymentRunner(state, journal, handlers, scenario.Health, judge: null, watch: null, pools, world.Clock, watch);
        await runner.RunAsync(CancellationToken.None, stop);
    }

    private static bool Pump(Scenario scenario, DeploymentPlan plan, Task run, RunWatch watch)
    {
        TimeSpan limit = MostTime(plan);
        for (int timers = 0; !run.IsCompleted; timers++)
        {
            if (timers > MostTimers) watch.Violations.Add($"not at an end after {MostTimers} timers");
            else if (scenario.World.Clock.Elapsed > limit) watch.Violations.Add($"not at an end after {limit}");
            else if (scenario.World.Clock.AdvanceToNext()) continue;
            else watch.Violations.Add("nothing waits, and the run is not at its end");
            return false;
        }

        return true;
    }

    /// <summary>Longer than one lane after the other needs if all that can be waited for is waited for.</summary>
    private static TimeSpan MostTime(DeploymentPlan plan)
    {
        DeploymentOptions options = plan.Options;
        TimeSpan lane = (options.HealthyDeadline * 4) + options.DrainTimeout + options.DrainWait + ((options.DeployTimeout + TimeSpan.FromSeconds(5)) * (options.DeployRetry + 1)) + TimeSpan.FromMinutes(2);
        return (lane * plan.Lanes.Count()) + ((options.Bake + options.FirstBake + TimeSpan.FromMinutes(2)) * plan.Waves.Count) + TimeSpan.FromMinutes(5);
    }

    private static void CheckFold(MemoryJournal journal, RunState state, RunWatch watch)
    {
        if (journal.Records.Count == 0) return;
        byte[] bytes = [.. journal.Records.SelectMany(JournalLine.Write)];
        (IReadOnlyList<JournalRecord> records, bool torn) = JournalReader.Read(bytes, "memory");
        if (torn || Digest.Of(RunState.Fold(records)) != Digest.Of(state)) watch.Violations.Add("the journal folds to another state than the live one");
    }
}
