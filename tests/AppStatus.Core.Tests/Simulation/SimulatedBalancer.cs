using AppStatus.Core.Balancers;
using AppStatus.Core.Deployments.Planning;
using AppStatus.Core.Errors;

namespace AppStatus.Core.Tests.Simulation;

/// <summary>A balancer that is slow, refuses, loses answers after the effect took place, and is down for a while.</summary>
internal sealed class SimulatedBalancer(string id, SimulatedWorld world, BalancerFaults faults) : IBalancer, IPoolSwitcher
{
    public string Id { get; } = id;

    public BalancerCapabilities Capabilities => faults.Capabilities;

    public async Task<IReadOnlyList<PoolMember>> GetMembersAsync(string pool, CancellationToken cancellationToken)
    {
        await TravelAsync(cancellationToken);
        if (world.Dice.Chance(faults.ReadFails)) throw Failure(ErrorId.HttpError, $"{Id} answered 500.");
        IReadOnlyList<PoolMember> members = world.Read(new PoolKey(Id, pool), Counted);
        await TravelAsync(cancellationToken);
        return members;
    }

    // Takes no time and throws no dice: planning asks it once, and no schedule depends on it.
    public Task<IReadOnlyList<PoolMember>> FindMembersAsync(IReadOnlyCollection<string> addresses, CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyList<PoolMember>>([.. world.Pools.Keys.Where(pool => pool.Balancer == Id)
            .SelectMany(pool => world.Read(pool, Counted)).Where(member => addresses.Contains(member.Address))]);

    public Task<PoolMember> SetStateAsync(PoolMember member, TrafficState state, CancellationToken cancellationToken) =>
        ChangeAsync(member, entry => world.Write(entry, state, member), cancellationToken);

    public Task<PoolMember> SetWeightAsync(PoolMember member, int weight, CancellationToken cancellationToken) =>
        ChangeAsync(member, entry => world.Weigh(entry, weight, wholePool: Capabilities.HasFlag(BalancerCapabilities.PoolWeights)), cancellationToken);

    public async Task<SwitchableServer> ReadServerAsync(string name, CancellationToken cancellationToken)
    {
        await TravelAsync(cancellationToken);
        if (world.Dice.Chance(faults.ReadFails)) throw Failure(ErrorId.HttpError, $"{Id} answered 500.");
        var seen = new SwitchableServer(name, world.Servers[name].Pool, []);
        await TravelAsync(cancellationToken);
        return seen;
    }

    public async Task<SwitchableServer> SwitchPoolAsync(string name, string pool, CancellationToken cancellationToken)
    {
        world.CallsUnderWay++;
        try
        {
            await TravelAsync(cancellationToken);
            if (world.Dice.Chance(faults.WriteFails)) throw Failure(ErrorId.HttpError, $"{Id} answered 500.");
            world.Switch(world.Servers[name], pool);
            await TravelAsync(cancellationToken);
            if (world.Dice.Chance(faults.AnswerLost)) throw Failure(ErrorId.ConnectionClosed, $"{Id} closed the connection.");
            return new SwitchableServer(name, pool, []);
        }
        finally
        {
            world.CallsUnderWay--;
        }
    }

    private async Task<PoolMember> ChangeAsync(PoolMember member, Action<SimulatedEntry> change, CancellationToken cancellationToken)
    {
        world.CallsUnderWay++;
        SimulatedEntry entry = world.Pools[PoolKey.Of(member)].First(candidate => candidate.Name == member.Name);
        bool known = false;
        try
        {
            await TravelAsync(cancellationToken);
            if (entry.Removed) throw Failure(ErrorId.MemberNotFound, $"{Id} has no {member}.");
            if (world.Dice.Chance(faults.WriteFails)) throw Failure(ErrorId.HttpError, $"{Id} answered 500.");
            change(entry);
            await TravelAsync(cancellationToken);
            if (world.Dice.Chance(faults.AnswerLost)) throw Failure(ErrorId.ConnectionClosed, $"{Id} closed the connection.");
            known = true;
            return entry.Snapshot(world.Clock.Elapsed, Counted);
        }
        finally
        {
            if (!known) entry.WriteFailed = true;
            world.CallsUnderWay--;
        }
    }

    private bool Counted => Capabilities.HasFlag(BalancerCapabilities.ConnectionCounts);

    private async Task TravelAsync(CancellationToken cancellationToken)
    {
        await world.Clock.DelayAsync(world.Dice.Seconds(0, faults.MostLatency.TotalSeconds), cancellationToken);
        TimeSpan now = world.Clock.Elapsed;
        if (faults.Outages.Any(outage => outage.From <= now && now < outage.To)) throw Failure(ErrorId.Unreachable, $"{Id} can't be reached.");
    }

    private static AppStatusException Failure(ErrorId id, string message) => new(id, message);
}

internal sealed record BalancerFaults
{
    public BalancerCapabilities Capabilities { get; init; }

    /// <summary>The longest way to it, and back.</summary>
    public TimeSpan MostLatency { get; init; }

    public double ReadFails { get; init; }

    public double WriteFails { get; init; }

    public double AnswerLost { get; init; }

    public IReadOnlyList<(TimeSpan From, TimeSpan To)> Outages { get; init; } = [];
}
