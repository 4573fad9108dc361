using AppStatus.Core.Balancers;
using AppStatus.Core.Balancers.StatusDriven;
using AppStatus.Core.Deployments;
using AppStatus.Core.Deployments.Planning;
using AppStatus.Core.Errors;
using AppStatus.Core.Status;
using AppStatus.Sessions;

namespace AppStatus.Commands.Deployments;

/// <summary>What was piped in, as the engine takes it: targets, the members through which traffic is controlled, and their balancers.</summary>
internal sealed record DeploymentInput(
    IReadOnlyList<DeploymentTarget> Targets,
    IReadOnlyList<PoolMember> Memberships,
    IReadOnlyDictionary<string, IBalancer> Balancers,
    TrafficControl TrafficControl)
{
    /// <summary>What it is about, for people and scripts: its pools, else its instances.</summary>
    public string Subject => string.Join(", ", (Memberships.Count > 0 ? Memberships.Select(member => member.Pool) : Targets.Select(target => target.Status.Name)).Distinct(StringComparer.Ordinal));

    /// <param name="asked">What was asked for; null: what the input allows.</param>
    /// <exception cref="AppStatusException">The input and the traffic control don't go together, or a balancer is not connected.</exception>
    public static DeploymentInput Of(IReadOnlyList<DeploymentTarget> all, TrafficControl? asked, IStatusClient status, SessionTable sessions)
    {
        DeploymentTarget[] without = all.Where(target => target.Member is null).ToArray();
        TrafficControl control = asked ?? (without.Length < all.Count ? TrafficControl.Balancer : TrafficControl.Status);
        if (without.Length > 0 && without.Length < all.Count)
            throw Mixed($"{without[0].Status.Name} came in without a pool member, and others with one.");
        if (control == TrafficControl.Balancer && without.Length > 0)
            throw Mixed($"{without[0].Status.Name} came in without a pool member, so -TrafficControl Balancer has nothing to drain.");
        return control == TrafficControl.Balancer ? ByBalancer(all, sessions) : ByStatus(all, status, sessions);
    }

    private static DeploymentInput ByBalancer(IReadOnlyList<DeploymentTarget> targets, SessionTable sessions)
    {
        var balancers = new Dictionary<string, IBalancer>(StringComparer.Ordinal);
        foreach (DeploymentTarget target in targets) balancers[target.Member!.Balancer] = sessions.BalancerOf(target.Member);
        return new DeploymentInput(targets, targets.Select(target => target.Member!).ToArray(), balancers, TrafficControl.Balancer);
    }

    private static DeploymentInput ByStatus(IReadOnlyList<DeploymentTarget> targets, IStatusClient status, SessionTable sessions)
    {
        var balancers = new Dictionary<string, IBalancer>(StringComparer.Ordinal);
        var memberships = new List<PoolMember>();
        foreach (IGrouping<string, DeploymentTarget> group in targets.GroupBy(target => target.Member?.Balancer ?? "", StringComparer.Ordinal))
        {
            StatusTarget[] endpoints = group.Select(target => target.Status).ToArray();
            IBalancer? observed = group.Key.Length == 0 ? null : sessions.BalancerOf(group.First().Member!);
            var balancer = new StatusDrivenBalancer(status, endpoints, observed);
            balancers[balancer.Id] = balancer;
            memberships.AddRange(endpoints.Select(balancer.MembershipOf));
        }

        return new DeploymentInput(targets, memberships, balancers, TrafficControl.Status);
    }

    private static AppStatusException Mixed(string what) => new(
        ErrorId.InvalidArgument, $"{what} Nothing was touched.", "Pipe in pool members (Get-F5PoolMember, Get-HAProxyServer), or use -TrafficControl Status for all.");
}
