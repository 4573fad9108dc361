using AppStatus.Core.Balancers;

namespace AppStatus.Core.Deployments.Planning;

/// <summary>What happens to one instance, in order.</summary>
public sealed record Lane
{
    /// <summary>The instance's key, unique in the plan: address and port, or the address alone.</summary>
    public required string Key { get; init; }

    public required Instance Instance { get; init; }

    /// <summary>What is deployed to it.</summary>
    public string Release { get; init; } = "";

    /// <summary>Where the instance's status is read.</summary>
    public required Uri StatusUri { get; init; }

    /// <summary>Its entries in the pools that were piped in, as they were when the deployment was planned.</summary>
    public required IReadOnlyList<PoolMember> Memberships { get; init; }

    public LaneEffect Effect { get; init; }

    /// <summary>Goes out of traffic when this lane's instance serves; null: none does.</summary>
    public ReplacedInstance? Replaces { get; init; }

    /// <summary>The virtual server that the lane is about, where it is about one and not about an instance.</summary>
    public PoolSwitch? Switch { get; init; }

    /// <summary>The weights that the lane is about, where it is about those and not about an instance.</summary>
    public TrafficShift? Shift { get; init; }

    /// <summary>It gets the release first; its share of the traffic comes from lanes of weights.</summary>
    public bool IsCanary { get; init; }

    /// <summary>It gets its own release anew, so that what the canary is compared with is as fresh as that.</summary>
    public bool IsBaseline { get; init; }

    /// <summary>Its health is watched while a way back to it is kept, and fails nothing.</summary>
    public bool StaysWarm { get; init; }

    /// <summary>
    /// Where another deployment has left the memberships, by <c>balancer/pool/name</c>; null inside: it is not known. So a member
    /// that it took out is told from one that a hand took out. Null: as the memberships say.
    /// </summary>
    public IReadOnlyDictionary<string, TrafficState?>? Left { get; init; }

    /// <summary>
    /// Another deployment began to deploy to it and left it out of traffic, or it is a canary whose share is taken back: until something is deployed to it, it stays there,
    /// whatever fails.
    /// </summary>
    public bool MayBeBroken { get; init; }

    public required IReadOnlyList<StepKind> Steps { get; init; }

    /// <summary>
    /// Its instance may come up with another version than the expected one and get traffic all the same: the end of the run settles
    /// that, within -MaxMismatched. Where it may not, that fails the lane.
    /// </summary>
    public bool MayMismatch { get; init; }

    /// <summary>It passed its health check when the deployment was planned.</summary>
    public bool HealthyAtStart { get; init; }

    /// <summary>Its own, and those of the instance that it replaces.</summary>
    internal IReadOnlyList<PoolMember> AllMemberships => Replaces is null ? Memberships : [.. Memberships, .. Replaces.Memberships];

    /// <summary>The endpoints whose status it may set.</summary>
    internal IEnumerable<Uri> StatusUris => Replaces is null ? [StatusUri] : [StatusUri, Replaces.StatusUri];

    /// <summary>What its drain takes out of traffic.</summary>
    internal IReadOnlyList<PoolMember> Leaving => Effect != LaneEffect.Enter ? Memberships : Replaces?.Memberships ?? [];

    /// <summary>The instance that its drain takes out of traffic, for people.</summary>
    internal string LeavingName => Effect == LaneEffect.Enter && Replaces is not null ? Replaces.Instance.Name : Instance.Name;

    /// <summary>Its instance runs the release, and gets traffic, when all is done.</summary>
    internal bool BringsRelease => Effect != LaneEffect.Leave && Memberships.Count > 0 && Shift is null && !StaysWarm && !IsBaseline;

    /// <summary>What it takes out of traffic comes back by another lane, which gives it a share.</summary>
    internal bool LeavesToShift => Effect == LaneEffect.Redeploy && Steps.Contains(StepKind.Deploy) && !Steps.Contains(StepKind.Restore);

    /// <summary>A bake watches its instance.</summary>
    internal bool IsWatched => StaysWarm || (Memberships.Count > 0 && Switch is null && Shift is null && Effect != LaneEffect.Leave);
}
