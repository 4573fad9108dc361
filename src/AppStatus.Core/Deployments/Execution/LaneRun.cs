using AppStatus.Core.Balancers;
using AppStatus.Core.Deployments.Journal;
using AppStatus.Core.Deployments.Planning;
using AppStatus.Core.Errors;

namespace AppStatus.Core.Deployments.Execution;

/// <summary>How one lane stands: a fold of its events.</summary>
internal sealed class LaneRun
{
    private readonly List<StepRun> _steps = [];
    private readonly Dictionary<string, TrafficState?> _left;
    private int _round;

    public LaneRun(Lane plan)
    {
        Plan = plan;
        _left = plan.AllMemberships.ToDictionary(MemberKey, member => (TrafficState?)member.State, StringComparer.Ordinal);
        Note(plan.Left);
    }

    /// <summary>The lane as it was planned; its memberships as they were when it first touched them.</summary>
    public Lane Plan { get; private set; }

    public LaneState State { get; private set; } = LaneState.NotStarted;

    public IReadOnlyList<StepRun> Steps => _steps;

    /// <summary>The steps since the lane was last started: a retry begins a new round.</summary>
    public IEnumerable<StepRun> Round => _steps.Skip(_round);

    /// <summary>Null at the start of a round.</summary>
    public StepRun? Current => _steps.Count == _round ? null : _steps[_steps.Count - 1];

    /// <summary>The attempt that a run of the step would be, counted over all rounds.</summary>
    public int NextAttempt(StepKind step) => _steps.Count(run => run.Kind == step) + 1;

    /// <summary>Its members were taken out, or may have been.</summary>
    public bool Touched => _steps.Any(step => step.Kind.Writes() || step.Kind == StepKind.Deploy);

    /// <summary>Another deployment has brought it back to where it was before.</summary>
    public bool Undone { get; private set; }

    /// <summary>From the drain's start until the members are seen serving again, or are put back: it does not count as capacity.</summary>
    public bool OutOfService { get; private set; }

    /// <summary>Members that were not in traffic were put into it, or may have been.</summary>
    public bool Entered { get; private set; }

    /// <summary>Whoever ends the lane now must bring its members back to where they were.</summary>
    public bool MustBePutBack => IsIntact && (OutOfService || (Entered && Plan.Memberships.Any(member => member.State != TrafficState.Enabled)));

    /// <summary>A driver ended since its members were last drained: whether they are out still, nobody has seen.</summary>
    public bool Unwatched { get; private set; }

    public bool DeployStarted { get; private set; }

    /// <summary>Nothing of what it runs is in doubt: it may go back into traffic as it is.</summary>
    public bool IsIntact => !DeployStarted && !Plan.MayBeBroken;

    /// <summary>A check found it unfit after it was done; its members are to be taken out if capacity allows.</summary>
    public bool AwaitsTakeOut { get; private set; }

    public ErrorId? Error { get; private set; }

    public string Message { get; private set; } = "";

    /// <summary>What it runs, where the fleet check found another version than expected.</summary>
    public string? Mismatch { get; private set; }

    public DateTimeOffset? Ended { get; private set; }

    /// <summary>The last known traffic state of each member by <see cref="MemberKey"/>; null: a write's outcome is not known.</summary>
    public IReadOnlyDictionary<string, TrafficState?> Left => _left;

    /// <summary>A member of it was enabled when last known, so it may still get traffic.</summary>
    public bool MayGetTraffic => Plan.Memberships.Any(member => _left[MemberKey(member)] is null or TrafficState.Enabled);

    /// <summary>A member of it is not, or may not be, in traffic, and should be: it was before, or is now that the lane is done.</summary>
    /// <remarks>A lane of weights takes nothing out that another lane does not answer for.</remarks>
    public bool LeftOut => Plan.Shift is null && (State == LaneState.Succeeded && Plan.Effect is LaneEffect.Enter or LaneEffect.Leave
        ? Plan.Effect == LaneEffect.Enter && Plan.Memberships.Any(member => _left[MemberKey(member)] != TrafficState.Enabled)
        : Plan.AllMemberships.Any(member => member.State == TrafficState.Enabled && _left[MemberKey(member)] != TrafficState.Enabled));

    /// <summary>Unique in a plan: two balancers may both have a pool "web" with a member "web01".</summary>
    public static string MemberKey(PoolMember member) => $"{member.Balancer}/{member.Pool}/{member.Name}";

    public void Start(StepStarted started, DateTimeOffset at)
    {
        _steps.Add(new StepRun(started.Step, started.Attempt, at));
        if (State == LaneState.NotStarted) State = LaneState.Running;
        if (started.Step == StepKind.Drain)
        {
            OutOfService = true;
            Unwatched = false;
        }

        if (started.Step == StepKind.Deploy) DeployStarted = true;
        if (started.Step == StepKind.Enter) Entered = true;
    }

    /// <summary>Begins a new round: the lane has failed or was compensated, and is tried again.</summary>
    /// <param name="comesBack">No lane of weights will put it back into traffic any more: it goes there by itself.</param>
    public void Retry(bool comesBack)
    {
        if (comesBack && Plan.LeavesToShift) Plan = Plan with { Steps = [.. Plan.Steps, StepKind.Restore, StepKind.AwaitServing] };
        State = LaneState.Running;
        Error = null;
        Message = "";
        Ended = null;
        Mismatch = null;
        AwaitsTakeOut = false;
        Doomed = null;
        _round = _steps.Count;
    }

    /// <summary>Nothing of it was touched in this round: it gives its place to others and begins again later.</summary>
    public void StepBack() => State = LaneState.NotStarted;

    /// <summary>The driver died before the outcome of the current step was recorded.</summary>
    /// <returns>Whether there was one.</returns>
    public bool Interrupt(DateTimeOffset at)
    {
        Unwatched = true;
        if (Current is not { Running: true } current) return false;
        foreach (string key in Uncertain()) _left[key] = null;
        current.End(at, "The driver ended before the outcome was recorded.", ErrorId.Interrupted);
        return true;
    }

    /// <summary><see cref="Left"/> for somebody else who goes on from here: what a step without an outcome may have written is not known.</summary>
    public IReadOnlyDictionary<string, TrafficState?> LeftBehind()
    {
        var left = new Dictionary<string, TrafficState?>(_left, StringComparer.Ordinal);
        foreach (string key in Uncertain()) left[key] = null;
        return left;
    }

    private IEnumerable<string> Uncertain() => Current is { Running: true } current
        ? WrittenBy(current.Kind).Where(member => member.State == TrafficState.Enabled || Plan.Effect != LaneEffect.Redeploy).Select(MemberKey)
        : [];

    private IReadOnlyList<PoolMember> WrittenBy(StepKind step) => step switch
    {
        // A drain that times out may force its members offline, so its wait may have written, too.
        StepKind.Drain or StepKind.AwaitIdle => Plan.Leaving,
        StepKind.Enter or StepKind.Commit or StepKind.TakeOut => Plan.Memberships,
        StepKind.Shift or StepKind.Cut => [.. Plan.Memberships.Where(Plan.Shift!.IsCanary)],
        StepKind.Restore or StepKind.PutBack => Plan.AllMemberships,
        _ => [],
    };

    /// <summary>Its check found it unfit for traffic no more: a resumed run checks anew.</summary>
    public void ForgetChecks()
    {
        Mismatch = null;
        AwaitsTakeOut = false;
    }

    public void Undo() => Undone = true;

    public void Succeed(StepSucceeded succeeded, DateTimeOffset at)
    {
        Current!.End(at, succeeded.Observed, error: null);
        Adopt(succeeded.Found);
        Note(succeeded.Members);
        if (succeeded.Step is StepKind.AwaitServing or StepKind.PutBack) OutOfService = false;
        if (succeeded.Step == StepKind.PutBack) Entered = false;
        if (succeeded.Step is StepKind.TakeOut or StepKind.Cut) AwaitsTakeOut = false;
    }

    public void Fail(StepFailed failed, DateTimeOffset at)
    {
        // A take-out that capacity forbids fails without having started.
        if (Current is { Running: true } current) current.End(at, failed.Message, failed.Error);
        if (failed.Members is not null) Note(failed.Members);
        else if (failed.Step.Writes())
            foreach (PoolMember member in WrittenBy(failed.Step)) _left[MemberKey(member)] = null;
        Adopt(failed.Found);
        if (failed.Step is StepKind.TakeOut or StepKind.Cut) AwaitsTakeOut = false;
        if (failed.Step == StepKind.Cut) Message = $"{Message} {failed.Message}".TrimStart();
    }

    public void End(LaneEnded ended, DateTimeOffset at)
    {
        State = ended.State;
        Error = ended.Error;
        Message = ended.Message;
        Ended = at;
    }

    public void LoseHealth(ErrorId error, string why)
    {
        State = LaneState.Failed;
        Error = error;
        Message = why;
        AwaitsTakeOut = MayGetTraffic;
    }

    /// <summary>Why the canaries must not keep the share that this lane gives them; null: they may.</summary>
    public (ErrorId Error, string Why)? Doomed { get; private set; }

    /// <summary>The canaries that have this share must not keep it; the first reason is the one that is told.</summary>
    public void Doom(ErrorId error, string why) => Doomed ??= (error, why);

    public void FailShare()
    {
        State = LaneState.Failed;
        (Error, Message) = Doomed!.Value;
        AwaitsTakeOut = true;
    }

    /// <summary>The way back to it is not as safe any more; nothing else depends on it.</summary>
    public void GoCold(string observed) => Message = $"{Plan.Instance.Name} lost its health while it was kept warm: {observed}";

    /// <summary>What it was seen to run when it was verified, where that is not what was expected; the end of the run settles it.</summary>
    public void Note(string? mismatch) => Mismatch = mismatch;

    public void FindMismatched(string version, bool takeOut)
    {
        Mismatch = version;
        AwaitsTakeOut = takeOut && MayGetTraffic;
    }

    /// <summary>A lane with the same members has changed them.</summary>
    public void Share(LaneRun other)
    {
        foreach (string key in _left.Keys.Where(other._left.ContainsKey).ToArray()) _left[key] = other._left[key];
    }

    // What a hand has set is where the lane goes back to from now on.
    private void Adopt(IReadOnlyDictionary<string, TrafficState>? found)
    {
        if (found is null) return;
        Plan = Plan with { Memberships = Adopted(Plan.Memberships), Replaces = Plan.Replaces is { } other ? other with { Memberships = Adopted(other.Memberships) } : null };

        PoolMember[] Adopted(IReadOnlyList<PoolMember> members) =>
            [.. members.Select(member => found.TryGetValue(MemberKey(member), out TrafficState state) ? member with { State = state, Serving = false } : member)];
    }

    private void Note(IReadOnlyDictionary<string, TrafficState?>? members)
    {
        if (members is null) return;
        foreach (KeyValuePair<string, TrafficState?> member in members) _left[member.Key] = member.Value;
    }
}
