using AppStatus.Core.Balancers;
using AppStatus.Core.Errors;

namespace AppStatus.Core.Tests.Deployments.Execution;

/// <summary>A balancer that keeps what is written to it, notes it, and loses answers or refuses where a test says so.</summary>
internal sealed class LiveBalancer(params PoolMember[] members) : IBalancer, IPoolSwitcher
{
    public string Id => "lb1";

    public BalancerCapabilities Capabilities { get; set; } = BalancerCapabilities.ConnectionCounts;

    public List<PoolMember> Members { get; } = [.. members];

    /// <summary>The pool of its one virtual server.</summary>
    public string ServerPool { get; set; } = "blue";

    /// <summary>In order, such as <c>web01 Draining</c>, <c>web02 50</c> or <c>www green</c>.</summary>
    public List<string> Written { get; } = [];

    /// <summary>These writes fail, and change nothing.</summary>
    public HashSet<string> Refuses { get; } = new(StringComparer.Ordinal);

    /// <summary>These writes take effect, and their answers are lost; each once.</summary>
    public HashSet<string> Loses { get; } = new(StringComparer.Ordinal);

    public PoolMember this[string name] => Members.Single(member => member.Name == name);

    /// <summary>Somebody else's hand.</summary>
    public void Set(string name, Func<PoolMember, PoolMember> change) => Members[Members.FindIndex(member => member.Name == name)] = change(this[name]);

    public Task<IReadOnlyList<PoolMember>> GetMembersAsync(string pool, CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyList<PoolMember>>([.. Members.Where(member => member.Pool == pool)]);

    public Task<IReadOnlyList<PoolMember>> FindMembersAsync(IReadOnlyCollection<string> addresses, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<PoolMember> SetStateAsync(PoolMember member, TrafficState state, CancellationToken cancellationToken) => WriteAsync(
        $"{member.Name} {state}{(member.NativeState.Length > 0 ? $" {member.NativeState}" : "")}",
        () => Set(member.Name, now => now with { State = state, NativeState = member.NativeState, Serving = state == TrafficState.Enabled && now.Health == MemberHealth.Up }), () => this[member.Name]);

    public Task<PoolMember> SetWeightAsync(PoolMember member, int weight, CancellationToken cancellationToken) =>
        WriteAsync($"{member.Name} {weight}", () => Set(member.Name, now => now with { Weight = weight }), () => this[member.Name]);

    public Task<SwitchableServer> ReadServerAsync(string name, CancellationToken cancellationToken) => Task.FromResult(new SwitchableServer(name, ServerPool, []));

    public Task<SwitchableServer> SwitchPoolAsync(string name, string pool, CancellationToken cancellationToken) =>
        WriteAsync($"{name} {pool}", () => ServerPool = pool, () => new SwitchableServer(name, ServerPool, []));

    private Task<T> WriteAsync<T>(string what, Action change, Func<T> read)
    {
        if (Refuses.Contains(what)) return Task.FromException<T>(new AppStatusException(ErrorId.HttpError, "lb1 answered 500."));
        change();
        Written.Add(what);
        return Loses.Remove(what) ? Task.FromException<T>(new AppStatusException(ErrorId.ConnectionClosed, "lb1 closed the connection.")) : Task.FromResult(read());
    }
}
