using AppStatus.Core.Balancers;

namespace AppStatus.Core.Tests.Balancers.Changes;

/// <summary>One pool whose looks and writes take until they are let go, and are counted.</summary>
internal class HeldPool : IBalancer
{
    private readonly List<PoolMember> _members;

    public HeldPool(int members, int serving) => _members = [.. Enumerable.Range(1, members).Select(i => new PoolMember
    {
        Name = FormattableString.Invariant($"m{i:000}"), Pool = "web", Address = "10.0.0.1", Port = 80, Balancer = "held", Weight = 1,
        State = i <= serving ? TrafficState.Enabled : TrafficState.Offline, Health = MemberHealth.Up, Serving = i <= serving,
    })];

    public string Id => "held";

    public BalancerCapabilities Capabilities => BalancerCapabilities.ConnectionCounts | BalancerCapabilities.Weights | BalancerCapabilities.Offline;

    /// <summary>What each look waits for.</summary>
    public TaskCompletionSource<bool> Look { get; set; } = Open();

    /// <summary>What each write waits for.</summary>
    public TaskCompletionSource<bool> Write { get; set; } = Open();

    /// <summary>The member whose writes fail.</summary>
    public string Refuses { get; set; } = "";

    public int Looks { get; private set; }

    public List<string> Written { get; } = [];

    public int InFlight { get; private set; }

    public int MostInFlight { get; private set; }

    public IReadOnlyList<PoolMember> Members
    {
        get
        {
            lock (_members) return [.. _members];
        }
    }

    public static TaskCompletionSource<bool> Open()
    {
        TaskCompletionSource<bool> open = new();
        open.SetResult(true);
        return open;
    }

    public async Task<IReadOnlyList<PoolMember>> GetMembersAsync(string pool, CancellationToken cancellationToken)
    {
        Looks++;
        await Look.Task;
        return Members;
    }

    public Task<IReadOnlyList<PoolMember>> FindMembersAsync(IReadOnlyCollection<string> addresses, CancellationToken cancellationToken) => throw new NotSupportedException();

    public async Task<PoolMember> SetStateAsync(PoolMember member, TrafficState state, CancellationToken cancellationToken)
    {
        lock (_members) MostInFlight = Math.Max(MostInFlight, ++InFlight);
        try
        {
            using (cancellationToken.Register(() => Write.TrySetCanceled(cancellationToken))) await Write.Task;
            return member.Name == Refuses ? throw new InvalidOperationException(member.Name) : Set(member, state);
        }
        finally
        {
            lock (_members) InFlight--;
        }
    }

    public Task<PoolMember> SetWeightAsync(PoolMember member, int weight, CancellationToken cancellationToken) => throw new NotSupportedException();

    public PoolMember Set(PoolMember member, TrafficState state)
    {
        lock (_members)
        {
            Written.Add($"{member.Name} {state}");
            int index = _members.FindIndex(one => one.Name == member.Name);
            return _members[index] = _members[index] with { State = state, Serving = state == TrafficState.Enabled };
        }
    }
}
