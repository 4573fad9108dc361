using AppStatus.Core.Errors;

namespace AppStatus.Core.Balancers.Changes;

/// <summary>
/// Judges changes of one pool one after another, by one look at it: each as if those before it had been carried out already.
/// So of many that would empty the pool together, the last ones are refused.
/// </summary>
/// <param name="pool">All members, as they were just read.</param>
internal sealed class CapacityGuard(IReadOnlyList<PoolMember> pool)
{
    private const int NamesShown = 5;

    private readonly List<PoolMember> _members = [.. pool];

    /// <returns>Why it must not be; null when it may.</returns>
    public AppStatusException? Judge(PoolMember member, MemberChange change)
    {
        int index = _members.FindIndex(candidate => candidate.Name == member.Name);
        if (index < 0) return new AppStatusException(ErrorId.MemberNotFound, $"Pool {member.Pool} has no member {member.Name} (any more). Nothing was changed.", "Read the pool's members again.", member);

        PoolMember now = _members[index];
        // One that is being checked may carry traffic already, though nobody counts on it yet.
        bool mayServe = now.Serving || (now.State == TrafficState.Enabled && now.Health != MemberHealth.Down && now.Weight != 0);
        if (mayServe && !_members.Exists(other => other.Name != now.Name && (other.Serving || IsReady(other)))) return Refusal(now);
        _members[index] = now with { State = change.State ?? now.State, Weight = change.Weight ?? now.Weight, Serving = false };
        return null;
    }

    // It takes over at once when the last of the others is out.
    private static bool IsReady(PoolMember standby) => standby is { Standby: true, State: TrafficState.Enabled, Health: MemberHealth.Up, Weight: not 0 };

    private AppStatusException Refusal(PoolMember now)
    {
        PoolMember[] others = [.. _members.Where(other => other.Name != now.Name)];
        string rest = others.Length == 0
            ? "it is the only member"
            : "the others: " + string.Join(", ", others.Take(NamesShown).Select(other => $"{other.Name} {other.State} {other.Health}")) + (others.Length > NamesShown ? ", …" : "");
        return new AppStatusException(
            ErrorId.LastServingMember,
            $"{now.Name} is the last member of pool {now.Pool} that serves ({rest}). Taking it out would leave the pool empty, so it was not changed.",
            "Put another member into service first (Set-PoolMember -State Enabled | Wait-PoolMember -Health Up), or pass -AllowEmptyPool if the pool may be empty.",
            now);
    }
}
