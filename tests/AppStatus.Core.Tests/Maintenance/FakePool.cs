using AppStatus.Core.Balancers;
using AppStatus.Core.Deployments.Leases;
using AppStatus.Core.Errors;
using AppStatus.Core.Maintenance;

namespace AppStatus.Core.Tests.Maintenance;

/// <summary>A pool, its lease and its records of suspensions, with what happened in order. A write fails as it is told to.</summary>
internal sealed class FakePool : IBalancer, ISuspensions, ILease
{
    private readonly List<PoolMember> _members;
    private readonly List<SuspendedMember> _records = [];
    private int _writing;

    public FakePool(params (string Name, TrafficState State, int Weight)[] members) => _members =
        [.. members.Select(one => new PoolMember { Name = one.Name, Pool = "app", Address = "10.0.0.1", Port = 80, Balancer = Id, State = one.State, Weight = one.Weight, Serving = one.State == TrafficState.Enabled, Connections = 0 })];

    public List<string> Log { get; } = [];

    /// <summary>The next write throws: before it has its effect, or after.</summary>
    public (Exception Exception, bool After)? NextWriteFails { get; set; }

    public string Id => "fake";

    public BalancerCapabilities Capabilities => BalancerCapabilities.ConnectionCounts | BalancerCapabilities.Weights | BalancerCapabilities.Offline;

    public IReadOnlyList<SuspendedMember> Records => [.. _records];

    public IReadOnlyList<string> Keys => ["fake app"];

    public long Token => 1;

    public LeaseHolder Holder => new("test", "console1", "ann", 1, "", DateTimeOffset.MinValue);

    public LeaseHolder? TakenOverFrom => null;

    public CancellationToken Lost => CancellationToken.None;

    public PoolMember this[string name] => _members.Single(member => member.Name == name);

    /// <summary>How often the pool was read.</summary>
    public int Reads { get; private set; }

    /// <summary>How many writes are under way at once, at the most.</summary>
    public int MostWrites { get; private set; }

    /// <summary>Each read and write takes until this has ended.</summary>
    public Task Held { get; set; } = Task.CompletedTask;

    public async Task<IReadOnlyList<PoolMember>> GetMembersAsync(string pool, CancellationToken cancellationToken)
    {
        Reads++;
        await Held;
        return [.. _members];
    }

    public Task<IReadOnlyList<PoolMember>> FindMembersAsync(IReadOnlyCollection<string> addresses, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<PoolMember> SetStateAsync(PoolMember member, TrafficState state, CancellationToken cancellationToken) =>
        WriteAsync(member.Name, $"{member.Name} {state}", now => now with { State = state, Serving = state == TrafficState.Enabled });

    public Task<PoolMember> SetWeightAsync(PoolMember member, int weight, CancellationToken cancellationToken) =>
        WriteAsync(member.Name, FormattableString.Invariant($"{member.Name} weight {weight}"), now => now with { Weight = weight });

    public void Remove(string name) => _members.RemoveAll(member => member.Name == name);

    public Task<IReadOnlyList<SuspendedMember>> ListAsync(Action<Fault> unreadable, CancellationToken cancellationToken) => Task.FromResult(Records);

    public Task WriteAsync(SuspendedMember member, ILease lease, CancellationToken cancellationToken)
    {
        Log.Add($"record {member.Name} {member.StateBefore}");
        _records.RemoveAll(record => record.Name == member.Name);
        _records.Add(member);
        return Task.CompletedTask;
    }

    public Task RemoveAsync(SuspendedMember member, ILease lease, CancellationToken cancellationToken)
    {
        Log.Add($"forget {member.Name}");
        _records.RemoveAll(record => record.Name == member.Name);
        return Task.CompletedTask;
    }

    public Task NameAsync(string deploymentId, CancellationToken cancellationToken) => Task.CompletedTask;

    public bool IsValidFor(TimeSpan duration) => true;

    public ValueTask DisposeAsync() => default;

    private async Task<PoolMember> WriteAsync(string name, string what, Func<PoolMember, PoolMember> change)
    {
        lock (_members) MostWrites = Math.Max(MostWrites, ++_writing);
        try
        {
            await Held;
            lock (_members) return Write(name, what, change);
        }
        finally
        {
            lock (_members) _writing--;
        }
    }

    private PoolMember Write(string name, string what, Func<PoolMember, PoolMember> change)
    {
        (Exception Exception, bool After)? failure = NextWriteFails;
        NextWriteFails = null;
        if (failure is { After: false } before) throw before.Exception;
        Log.Add(what);
        int index = _members.FindIndex(member => member.Name == name);
        _members[index] = change(_members[index]);
        if (failure is { } after) throw after.Exception;
        return _members[index];
    }
}
