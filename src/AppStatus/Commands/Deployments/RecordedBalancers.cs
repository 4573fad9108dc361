using AppStatus.Core.Balancers;
using AppStatus.Core.Balancers.StatusDriven;
using AppStatus.Core.Deployments.Planning;
using AppStatus.Core.Errors;
using AppStatus.Core.Status;
using AppStatus.Sessions;

namespace AppStatus.Commands.Deployments;

/// <summary>The balancers that a journal names, as this session reaches them.</summary>
/// <param name="passed">Sessions to use before others; one that has another id stands for the one recorded balancer that is not connected.</param>
internal sealed class RecordedBalancers(SessionTable sessions, IReadOnlyList<object> passed, IStatusClient status, string? hostHeader)
{
    /// <exception cref="AppStatusException"><see cref="ErrorId.BalancerNotConnected"/>, with the command that connects it.</exception>
    public IReadOnlyDictionary<string, IBalancer> Of(DeploymentPlan plan)
    {
        bool byStatus = plan.Options.TrafficControl == TrafficControl.Status;
        var balancers = new Dictionary<string, IBalancer>(StringComparer.Ordinal);
        string[] ids = [.. plan.Pools.Select(pool => pool.Balancer).Distinct(StringComparer.Ordinal)];
        IBalancer[] others = [.. passed.Select(sessions.BalancerOfSession).Where(balancer => !ids.Select(Observed).Contains(balancer.Id, StringComparer.Ordinal))];
        if (others.Length > 1 || (others.Length == 1 && ids.Length > 1))
            throw new AppStatusException(ErrorId.InvalidArgument, $"The deployment is about {string.Join(", ", ids)}: which of them {others[0].Id} stands for can't be told. Nothing was touched.", "Connect them by the addresses that are recorded.");

        foreach (string id in ids)
        {
            IBalancer? reached = Observed(id) is not { } real ? null
                : others.Length == 1 ? new RenamedBalancer(others[0], real)
                : sessions.BalancerOf(real);
            // What the deployment drained before it was cut short may have left the balancer's list.
            if (!byStatus && (others.Length == 1 ? others[0] : reached) is IMemberMemory memory)
                memory.Learn(plan.Lanes.SelectMany(lane => lane.AllMemberships).Where(member => member.Balancer == id));
            balancers[id] = byStatus ? StatusDriven(plan, id, reached) : reached!;
        }

        return balancers;

        string? Observed(string id) => byStatus ? StatusDrivenBalancer.ObservedId(id) : id;
    }

    private StatusDrivenBalancer StatusDriven(DeploymentPlan plan, string id, IBalancer? observed)
    {
        StatusTarget[] targets =
        [
            .. plan.Lanes.Select(lane => Target(lane.Instance.Name, lane.StatusUri, lane.Memberships)),
            .. plan.Lanes.Select(lane => lane.Replaces).OfType<ReplacedInstance>().Select(old => Target(old.Instance.Name, old.StatusUri, old.Memberships)),
        ];
        return new StatusDrivenBalancer(status, targets, observed);

        StatusTarget Target(string name, Uri uri, IReadOnlyList<PoolMember> memberships) => new(name, uri)
        {
            HostHeader = hostHeader,
            Member = observed is null ? null : memberships.FirstOrDefault(member => member.Balancer == id) is { } member ? member with { Balancer = observed.Id } : null,
        };
    }
}
