using AppStatus.Core.Balancers;
using AppStatus.Core.Errors;
using AppStatus.Core.Status;

namespace AppStatus.Core.Deployments.Planning;

/// <summary>The two sides of a promotion: what is ready to come, and what serves now.</summary>
/// <param name="Next">Out of traffic, with the release on it; the healthy ones first.</param>
/// <param name="Live">In traffic.</param>
/// <param name="Aside">Neither: they are left as they are.</param>
internal sealed record Sides(IReadOnlyList<ObservedInstance> Next, IReadOnlyList<ObservedInstance> Live, IReadOnlyList<ObservedInstance> Aside)
{
    private const int NamesShown = 10;

    /// <summary>By the status (<c>stage</c> comes, <c>ready</c> serves), or by the traffic state (what is not enabled comes); what a plan file wants otherwise stays.</summary>
    public static Sides Of(DeploymentOptions options, PlanningInput input)
    {
        bool byStatus = options.TrafficControl == TrafficControl.Status;
        ObservedInstance[] all = [.. input.Instances.Select(instance => byStatus ? WithoutTestPools(instance, input) : instance)];
        ObservedInstance[] live = [.. all.Where(instance => instance.Goal != AppStatusValue.Ready && instance.Memberships.All(member => member.State == TrafficState.Enabled))];
        ObservedInstance[] next = [.. all.Where(instance => instance.Goal is null or AppStatusValue.Ready && instance.Memberships.All(member => member.State != TrafficState.Enabled && (!byStatus || IsStage(member))))];
        return new Sides([.. next.OrderBy(instance => instance.Healthy ? 0 : 1)], live, [.. all.Except(live).Except(next)]);
    }

    /// <summary>Why the next side can't take over.</summary>
    public IEnumerable<Fault> Refusals(DeploymentOptions options, PlanningInput input)
    {
        string what = options.TrafficControl == TrafficControl.Status ? "in status stage" : "out of traffic";
        if (Next.Count == 0)
        {
            yield return new Fault(
                ErrorId.PlanRefused, $"None of {input.Instances.Count} instances is {what}, so there is nothing to promote. Nothing was touched.",
                options.TrafficControl == TrafficControl.Status
                    ? "Bring the release to instances in stage first (Set-AppStatus -Status stage), or pass -TrafficControl Balancer where the balancer's member states tell the sides."
                    : "Take the instances with the release out of traffic first, or pass -TrafficControl Status where their status tells the sides.");
            yield break;
        }

        string expected = options.ExpectedVersion;
        ObservedInstance[] others = expected.Length == 0 || options.HasVersionCheck ? [] : [.. Next.Where(instance => instance.Healthy && instance.Instance.Version != expected)];
        if (others.Length > 0)
        {
            yield return new Fault(
                ErrorId.VersionMismatch,
                $"{Names(others)} {(others.Length == 1 ? "is" : "are")} {what} and {(others.Length == 1 ? "reports" : "report")} {string.Join(", ", others.Select(instance => $"'{instance.Instance.Version}'").Distinct(StringComparer.Ordinal))}, not '{expected}'. Nothing was touched.",
                "Deploy the release there first, leave them out of the pipeline, or pass the -ExpectedVersion that they report.");
        }

        Quantity minimum = Quantity.Parse(options.MinimumHealthy);
        foreach (KeyValuePair<PoolKey, IReadOnlyList<PoolMember>> pool in input.Pools)
        {
            int needed = minimum.RoundedUp(pool.Value.Count(member => member.State == TrafficState.Enabled));
            int ready = Next.Where(instance => instance.Healthy).Sum(instance => instance.Memberships.Count(member => PoolKey.Of(member) == pool.Key));
            if (ready >= needed || Next.All(instance => instance.Memberships.All(member => PoolKey.Of(member) != pool.Key))) continue;
            yield return new Fault(
                ErrorId.MinimumHealthyUnreachable,
                $"Of the instances that are {what}, {ready} in pool {pool.Key.Pool} {(ready == 1 ? "is" : "are")} healthy, and -MinimumHealthy {options.MinimumHealthy} asks for {needed}. Nothing was touched.",
                "Bring more instances of the release up first, or lower -MinimumHealthy.");
        }
    }

    /// <param name="whole">All of them come together, or none does.</param>
    public IEnumerable<string> Warnings(DeploymentOptions options, bool whole)
    {
        foreach (ObservedInstance instance in Next.Where(instance => !instance.Healthy && !options.IncludeUnhealthy))
            yield return whole
                ? $"{instance.Instance.Name} fails its health check now: nothing is exchanged unless it recovers."
                : $"{instance.Instance.Name} fails its health check now and will be skipped unless it recovers; what it would replace stays in traffic.";
        if (Aside.Count > 0)
            yield return $"{Names(Aside)} {(Aside.Count == 1 ? "is" : "are")} neither ready to come nor in traffic, and left as {(Aside.Count == 1 ? "it is" : "they are")}.";
    }

    public static string Names(IReadOnlyList<ObservedInstance> instances) =>
        string.Join(", ", instances.Take(NamesShown).Select(instance => instance.Instance.Name)) + (instances.Count > NamesShown ? ", …" : "");

    // A pool in which nothing that is ready serves belongs to the other status: its monitor wants "stage".
    private static ObservedInstance WithoutTestPools(ObservedInstance instance, PlanningInput input)
    {
        PoolMember[] production = [.. instance.Memberships.Where(member => input.Pools[PoolKey.Of(member)].Any(other => other.Serving))];
        return production.Length == 0 ? instance : instance with { Memberships = production };
    }

    private static bool IsStage(PoolMember member) => StatusText.Parse(member.NativeState) == AppStatusValue.Stage;
}
