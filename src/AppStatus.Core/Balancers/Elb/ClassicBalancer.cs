using System.Xml.Linq;
using AppStatus.Core.Errors;

namespace AppStatus.Core.Balancers.Elb;

/// <summary>A Classic Load Balancer (API 2012-06-01): one pool, of instances.</summary>
/// <param name="port">Of the instances, where the first listener sends to; instances are registered without one.</param>
internal sealed class ClassicBalancer(
    string id, string name, int port, QueryClient client, InstanceAddresses addresses, ElbConnectOptions options, TimeProvider time)
    : ElbBalancer(id, client, addresses, options, time)
{
    private readonly object _gate = new();
    private readonly HashSet<string> _leaving = new(StringComparer.Ordinal);

    public override IReadOnlyList<string> Pools => [name];

    public override BalancerCapabilities Capabilities => BalancerCapabilities.DrainEnd;

    public override Task<PoolMember> SetWeightAsync(PoolMember member, int weight, CancellationToken cancellationToken) =>
        throw new AppStatusException(ErrorId.NotSupported, $"A classic load balancer has no weights: {member} was not changed.", "Target groups have them, by a listener's rule.", member);

    public override void Learn(IEnumerable<PoolMember> members)
    {
        PoolMember[] all = [.. members];
        base.Learn(all);
        lock (_gate) _leaving.UnionWith(all.Select(member => ElbTarget.Parse(member.Name)?.Id).OfType<string>());
    }

    /// <summary>Whether the list still holds one that drains, AWS does not promise: those are asked for by name.</summary>
    protected override async Task<IReadOnlyList<PoolMember>> ReadListedAsync(string pool, CancellationToken cancellationToken)
    {
        if (pool != name)
            throw new AppStatusException(ErrorId.PoolNotFound, $"This session has no load balancer {SafeText.Condensed(pool)}, but {name}.", "Connect it too: Connect-Elb -LoadBalancerName …; names are case-sensitive.", pool);

        XElement answer = await Client.AskAsync("DescribeInstanceHealth", Named(), pool, cancellationToken).ConfigureAwait(false);
        List<XElement> states = [.. answer.List("InstanceStates")];
        string[] missing = Missing(states);
        if (missing.Length > 0) states.AddRange(await ReadByIdAsync(missing, pool, cancellationToken).ConfigureAwait(false));

        List<PoolMember> members = [.. states.Select(state => InstanceHealth.ToMember(state, name, port, Id)).OfType<PoolMember>()];
        lock (_gate)
        {
            _leaving.ExceptWith(missing);
            _leaving.ExceptWith(members.Select(member => member.Address));
            _leaving.UnionWith(members.Where(member => member.State != TrafficState.Enabled).Select(member => member.Address));
        }

        return members;
    }

    protected override async Task RegisterAsync(string pool, ElbTarget target, PoolMember member, CancellationToken cancellationToken) =>
        await Client.AskAsync("RegisterInstancesWithLoadBalancer", Named().Add("Instances.member.1.InstanceId", target.Id), member, cancellationToken).ConfigureAwait(false);

    protected override async Task DeregisterAsync(string pool, ElbTarget target, PoolMember member, CancellationToken cancellationToken)
    {
        await Client.AskAsync("DeregisterInstancesFromLoadBalancer", Named().Add("Instances.member.1.InstanceId", target.Id), member, cancellationToken).ConfigureAwait(false);
        lock (_gate) _leaving.Add(target.Id);
    }

    private string[] Missing(List<XElement> states)
    {
        lock (_gate) return [.. _leaving.Except(states.Select(state => state.Text("InstanceId")), StringComparer.Ordinal)];
    }

    private async Task<IEnumerable<XElement>> ReadByIdAsync(string[] ids, string pool, CancellationToken cancellationToken)
    {
        QueryParameters parameters = Named();
        for (int i = 0; i < ids.Length; i++) parameters.Add(FormattableString.Invariant($"Instances.member.{i + 1}.InstanceId"), ids[i]);
        try
        {
            return (await Client.AskAsync("DescribeInstanceHealth", parameters, pool, cancellationToken).ConfigureAwait(false)).List("InstanceStates");
        }
        catch (AppStatusException exception) when (exception.Id == ErrorId.MemberNotFound)
        {
            // Terminated meanwhile: it has no connections either.
            return [];
        }
    }

    private QueryParameters Named() => new QueryParameters().Add("LoadBalancerName", name);
}
