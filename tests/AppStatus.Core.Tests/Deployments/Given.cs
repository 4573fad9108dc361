using AppStatus.Core.Balancers;
using AppStatus.Core.Deployments;
using AppStatus.Core.Deployments.Execution;
using AppStatus.Core.Deployments.Journal;
using AppStatus.Core.Deployments.Planning;
using AppStatus.Core.Errors;

namespace AppStatus.Core.Tests.Deployments;

/// <summary>Members, plans and runs that a test begins with.</summary>
internal static class Given
{
    public static readonly DateTimeOffset Start = new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);

    public static PoolKey Web { get; } = new("lb1", "web");

    public static PoolMember Member(int number, TrafficState state = TrafficState.Enabled, bool up = true, string pool = "web", string balancer = "lb1") => new()
    {
        Name = $"web{number:00}",
        Pool = pool,
        Balancer = balancer,
        Address = $"10.0.0.{number}",
        Port = 8080,
        State = state,
        Health = up ? MemberHealth.Up : MemberHealth.Down,
        Serving = state == TrafficState.Enabled && up,
        Connections = 0,
    };

    public static IReadOnlyList<PoolMember> Pool(int size) => [.. Enumerable.Range(1, size).Select(number => Member(number))];

    public static ObservedInstance Observed(bool healthy, params PoolMember[] memberships)
    {
        PoolMember first = memberships[0];
        var uri = new Uri($"http://{first.Address}:{first.Port}/appstatus");
        var instance = new Instance { Name = first.Name, Address = first.Address, Port = first.Port, Uri = uri, Version = "1.0" };
        return new ObservedInstance(first.InstanceKey, instance, uri, memberships, healthy);
    }

    public static PlanningInput Input(IReadOnlyList<PoolMember> pool, params PoolMember[] piped) => new(
        [.. (piped.Length == 0 ? pool : piped).Select(member => Observed(member.Health == MemberHealth.Up, member))],
        new Dictionary<PoolKey, IReadOnlyList<PoolMember>> { [Web] = pool });

    public static DeploymentOptions Options { get; } = new() { Release = "2.0", ExpectedVersion = "2.0", MinimumHealthy = "0", Stable = TimeSpan.FromSeconds(2) };

    public static DeploymentPlan Plan(DeploymentOptions options, IReadOnlyList<PoolMember> pool, params PoolMember[] piped) =>
        RollingPlanner.Plan(options, Input(pool, piped)).Plan.ShouldNotBeNull();

    /// <summary>A run of a plan, driven by hand.</summary>
    public static RunByHand Run(DeploymentOptions options, int size) => new(Plan(options, Pool(size)));

    public static string Lane(int number) => $"10.0.0.{number}:8080";
}

/// <summary>A run whose events a test journals itself, a second apart unless it says otherwise.</summary>
internal sealed class RunByHand
{
    private long _sequence;

    public RunByHand(DeploymentPlan plan)
    {
        State = new RunState(plan);
        Journal(new DeploymentStarted("d1", plan, "host", "user", 1));
    }

    public RunState State { get; }

    public DateTimeOffset Now { get; set; } = Given.Start;

    /// <summary>What the balancer shows now: the plan's members, but for those that are given otherwise.</summary>
    public PoolObservation Look(params PoolMember[] changed) => new(
        Now, Now,
        State.Plan.Pools.ToDictionary(pool => pool.Key, pool => (IReadOnlyList<PoolMember>)[.. pool.Members.Select(member => changed.FirstOrDefault(other => LaneRun.MemberKey(other) == LaneRun.MemberKey(member)) ?? member)]),
        null);

    public RunByHand Journal(params JournalEvent[] events)
    {
        foreach (JournalEvent item in events) State.Apply(new JournalRecord(++_sequence, Now, item));
        return this;
    }

    public RunByHand Wait(double seconds)
    {
        Now += TimeSpan.FromSeconds(seconds);
        return this;
    }

    public Decision Decide(PoolObservation? look = null) => Scheduler.Decide(State, look, Now);

    /// <summary>Decides and journals what is decided.</summary>
    public Decision Step(PoolObservation? look = null)
    {
        Decision decision = Decide(look);
        Journal([.. decision.Events]);
        return decision;
    }

    /// <summary>The lane's running step ends well.</summary>
    public RunByHand Succeed(int lane, IReadOnlyDictionary<string, TrafficState?>? members = null) =>
        Journal(new StepSucceeded(Given.Lane(lane), State[Given.Lane(lane)].Current!.Kind, "", members));

    public RunByHand Fail(int lane, ErrorId error = ErrorId.DeployFailed, IReadOnlyDictionary<string, TrafficState?>? members = null) =>
        Journal(new StepFailed(Given.Lane(lane), State[Given.Lane(lane)].Current!.Kind, error, "it failed", members));

    /// <summary>The lane's steps succeed one after the other, up to and without this one, which is started.</summary>
    public RunByHand Until(int lane, StepKind step)
    {
        for (int turns = 0; State[Given.Lane(lane)].Current?.Kind != step; turns++)
        {
            turns.ShouldBeLessThan(20, $"lane {lane} never came to {step}");
            if (State[Given.Lane(lane)].Current is { Running: true }) Succeed(lane);
            Step(Look());
        }

        return this;
    }

    /// <summary>The lane goes to its end well.</summary>
    public RunByHand Finish(int lane)
    {
        Until(lane, State[Given.Lane(lane)].Plan.Steps[^1]);
        Succeed(lane);
        Step();
        State[Given.Lane(lane)].State.ShouldBe(LaneState.Succeeded);
        return this;
    }
}
