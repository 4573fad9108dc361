using AppStatus.Core.Balancers;
using AppStatus.Core.Deployments.Execution;
using AppStatus.Core.Errors;

namespace AppStatus.Core.Deployments.Planning;

/// <summary>The weights of the pools' members at each share of a canary.</summary>
internal sealed class CanaryTraffic
{
    private readonly PlanningInput _input;
    private readonly bool _byPool;
    private readonly HashSet<string> _canaries, _baselines;
    private readonly List<(WeightLimits Limits, PoolMember[] Units)> _groups = [];

    /// <param name="limits">By pool.</param>
    /// <param name="byPool">A weight is a whole pool's: then the pools of one balancer share the traffic, and not the members of a pool.</param>
    public CanaryTraffic(PlanningInput input, ObservedInstance[] canaries, ObservedInstance[] baselines, IReadOnlyDictionary<PoolKey, WeightLimits> limits, bool byPool)
    {
        _input = input;
        _byPool = byPool;
        _canaries = Keys(canaries);
        _baselines = Keys(baselines);
        Members = [.. input.Instances.SelectMany(instance => instance.Memberships).Where(member => limits.ContainsKey(PoolKey.Of(member)))];
        foreach (IGrouping<string, PoolMember> group in Members.GroupBy(member => byPool ? member.Balancer : PoolKey.Of(member).Balancer + " " + member.Pool, StringComparer.Ordinal))
        {
            PoolMember[] units = byPool ? [.. group.GroupBy(member => member.Pool, StringComparer.Ordinal).Select(pool => pool.First())] : [.. group];
            _groups.Add((limits[PoolKey.Of(units[0])], units));
        }
    }

    /// <summary>Every member whose weight, or whose pool's, may change.</summary>
    public IReadOnlyList<PoolMember> Members { get; }

    public IEnumerable<Fault> Refusals()
    {
        foreach ((_, PoolMember[] units) in _groups)
        {
            string pool = string.Join(", ", units.Select(unit => unit.Pool).Distinct(StringComparer.Ordinal));
            if (!units.Any(unit => IsCanary(unit)) || !units.Any(unit => IsStable(unit)))
                yield return new Fault(ErrorId.PlanRefused, $"In {pool} there are not both canaries and members that keep the old release and get traffic, so that no share can be made. Nothing was touched.", "Pipe the whole pool in, and name canaries of each pool.");
        }

        if (_byPool)
        {
            foreach (IGrouping<string, PoolMember> pool in Members.GroupBy(member => member.Pool, StringComparer.Ordinal))
            {
                bool[] kinds = [.. pool.Select(IsCanary).Distinct()];
                if (kinds.Length > 1) yield return new Fault(ErrorId.PlanRefused, $"{pool.Key} has canaries and others, and one weight for all of them. Nothing was touched.", "Give the canaries a target group of their own, and name its targets with -CanaryInstance.");
                else if (kinds[0] && pool.First().Weight is > 0) yield return new Fault(ErrorId.PlanRefused, $"{pool.Key} holds the canaries and has the weight {pool.First().Weight}: it gets traffic already. Nothing was touched.", "Set its weight to 0 first (Set-PoolMember -Weight 0).");
            }

            yield break;
        }

        // A share of the pool is a share of all of it.
        PoolMember[] unpiped = [.. Members.Select(PoolKey.Of).Distinct().SelectMany(pool => _input.Pools[pool]).Where(member => member.State == TrafficState.Enabled && member.Weight is not 0 && !Members.Any(piped => LaneRun.MemberKey(piped) == LaneRun.MemberKey(member)))];
        if (unpiped.Length > 0)
            yield return new Fault(ErrorId.PlanRefused, $"{string.Join(", ", unpiped.Take(10).Select(member => member.ToString()))} did not come through the pipeline and gets traffic: a share of the pool can't be made without it. Nothing was touched.", "Pipe the whole pool in.");
    }

    /// <summary>The weights for a share, in every pool; null: there are none.</summary>
    public TrafficShift? At(int percent)
    {
        var weights = new Dictionary<string, int>(StringComparer.Ordinal);
        double farthest = percent;
        foreach ((WeightLimits limits, PoolMember[] units) in _groups)
        {
            PoolMember[] stable = [.. units.Where(IsStable)], canaries = [.. units.Where(IsCanary)], baselines = [.. units.Where(IsBaseline)];
            if (CanaryShares.Of([.. stable.Select(member => member.Weight!.Value)], canaries.Length, baselines.Length, percent, limits) is not { } shares) return null;
            for (int index = 0; index < stable.Length; index++) weights[LaneRun.MemberKey(stable[index])] = shares.Stable[index];
            foreach (PoolMember member in canaries.Concat(baselines)) weights[LaneRun.MemberKey(member)] = shares.Canary;
            if (Math.Abs(shares.Percent - percent) >= Math.Abs(farthest - percent)) farthest = shares.Percent;
        }

        return new TrafficShift { Percent = percent, Reached = farthest, Weights = weights, Canaries = CanaryKeys(), ByPool = _byPool };
    }

    /// <summary>Every weight as it was when the deployment was planned.</summary>
    public TrafficShift AsBefore() => new()
    {
        Percent = 0,
        Weights = _groups.SelectMany(group => group.Units).Where(member => member.Weight is not null && (IsCanary(member) || IsBaseline(member) || IsStable(member))).ToDictionary(LaneRun.MemberKey, member => member.Weight!.Value, StringComparer.Ordinal),
        Canaries = CanaryKeys(),
        ByPool = _byPool,
    };

    private string[] CanaryKeys() => [.. Members.Where(IsCanary).Select(LaneRun.MemberKey)];

    private bool IsCanary(PoolMember member) => _canaries.Contains(LaneRun.MemberKey(member));

    private bool IsBaseline(PoolMember member) => !_byPool && _baselines.Contains(LaneRun.MemberKey(member));

    // A member of weight 0, or one that is out, gets nothing whatever the others weigh.
    private bool IsStable(PoolMember member) => !IsCanary(member) && !IsBaseline(member) && member.State == TrafficState.Enabled && member.Weight is > 0;

    private static HashSet<string> Keys(ObservedInstance[] instances) => new(instances.SelectMany(instance => instance.Memberships).Select(LaneRun.MemberKey), StringComparer.Ordinal);
}
