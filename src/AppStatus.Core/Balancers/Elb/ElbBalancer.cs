using AppStatus.Core.Errors;

namespace AppStatus.Core.Balancers.Elb;

/// <summary>
/// What both kinds of load balancer have in common. In traffic is who is registered: taking out is deregistering, which
/// answers at once, drains, and in the end removes the target from the list. It is kept as a member here.
/// </summary>
internal abstract class ElbBalancer(string id, QueryClient client, InstanceAddresses addresses, ElbConnectOptions options, TimeProvider time) : IBalancer, IMemberMemory
{
    private static readonly TimeSpan ConfirmPause = TimeSpan.FromMilliseconds(250);
    private readonly MemberMemory _memory = new();

    public string Id => id;

    public abstract BalancerCapabilities Capabilities { get; }

    /// <summary>The pools of this session, in the order in which they were given.</summary>
    public abstract IReadOnlyList<string> Pools { get; }

    /// <summary>Why members have an instance's id for their address; null where they have not.</summary>
    public string? AddressFault => addresses.Denied;

    protected QueryClient Client => client;

    public virtual void Learn(IEnumerable<PoolMember> members) => _memory.Learn(members.Where(member => ElbTarget.Parse(member.Name) is not null));

    public async Task<IReadOnlyList<PoolMember>> GetMembersAsync(string pool, CancellationToken cancellationToken)
    {
        long asked = _memory.Now;
        IReadOnlyList<PoolMember> listed = await ReadListedAsync(pool, cancellationToken).ConfigureAwait(false);
        IReadOnlyDictionary<string, InstanceAddress> known = await addresses.FindAsync(listed.Select(member => member.Address), cancellationToken).ConfigureAwait(false);
        IReadOnlyList<PoolMember> all = _memory.Complete(pool, asked, [.. listed.Select(member => Located(member, known))], Gone);
        return [.. (await WithSharesAsync(pool, all, cancellationToken).ConfigureAwait(false)).Select(member => member with { Source = this })];
    }

    /// <summary>AWS has no question about several pools at once: it takes one for each pool of the session.</summary>
    public async Task<IReadOnlyList<PoolContent>> GetContentsAsync(CancellationToken cancellationToken)
    {
        const int fanOut = 8;
        using var limit = new SemaphoreSlim(fanOut, fanOut);
        return await Task.WhenAll(Pools.Select(async pool =>
        {
            await limit.WaitAsync(cancellationToken).ConfigureAwait(false);
            try
            {
                return new PoolContent(pool, await GetMembersAsync(pool, cancellationToken).ConfigureAwait(false));
            }
            finally
            {
                limit.Release();
            }
        })).ConfigureAwait(false);
    }

    public async Task<IReadOnlyList<PoolMember>> FindMembersAsync(IReadOnlyCollection<string> addresses, CancellationToken cancellationToken) =>
        (await GetContentsAsync(cancellationToken).ConfigureAwait(false)).SelectMany(pool => pool.Members).At(addresses);

    public Task<PoolMember> SetStateAsync(PoolMember member, TrafficState state, CancellationToken cancellationToken)
    {
        if (member.State != TrafficState.Enabled) Learn([member]);
        return state == TrafficState.Enabled ? PutInAsync(member, cancellationToken) : TakeOutAsync(member, state, cancellationToken);
    }

    public abstract Task<PoolMember> SetWeightAsync(PoolMember member, int weight, CancellationToken cancellationToken);

    /// <summary>What AWS lists: registered ones Enabled, those that drain Draining without a number of connections. Their address may be an instance's id still.</summary>
    protected abstract Task<IReadOnlyList<PoolMember>> ReadListedAsync(string pool, CancellationToken cancellationToken);

    protected abstract Task RegisterAsync(string pool, ElbTarget target, PoolMember member, CancellationToken cancellationToken);

    protected abstract Task DeregisterAsync(string pool, ElbTarget target, PoolMember member, CancellationToken cancellationToken);

    protected virtual Task<IReadOnlyList<PoolMember>> WithSharesAsync(string pool, IReadOnlyList<PoolMember> members, CancellationToken cancellationToken) =>
        Task.FromResult(members.WithShares(weighted: false));

    private async Task<PoolMember> PutInAsync(PoolMember member, CancellationToken cancellationToken)
    {
        IReadOnlyList<PoolMember> pool = await GetMembersAsync(member.Pool, cancellationToken).ConfigureAwait(false);
        PoolMember? now = Find(pool, member);
        if (now?.State == TrafficState.Enabled) return now;
        ElbTarget target = ElbTarget.Parse(member.Name) ?? throw Unknown(member, pool);
        // A port that is typed wrong would register a second target, one that nothing listens at.
        if (now is null && pool.Any(other => ElbTarget.Parse(other.Name)?.Id == target.Id)) throw Unknown(member, pool);

        await RegisterAsync(member.Pool, target, member, cancellationToken).ConfigureAwait(false);
        return await ConfirmAsync(member, TrafficState.Enabled, cancellationToken).ConfigureAwait(false);
    }

    private async Task<PoolMember> TakeOutAsync(PoolMember member, TrafficState state, CancellationToken cancellationToken)
    {
        IReadOnlyList<PoolMember> pool = await GetMembersAsync(member.Pool, cancellationToken).ConfigureAwait(false);
        PoolMember now = Find(pool, member) ?? throw Unknown(member, pool);
        if (now.State == TrafficState.Enabled) await DeregisterAsync(member.Pool, ElbTarget.Parse(now.Name)!.Value, member, cancellationToken).ConfigureAwait(false);
        _memory.TakeOut(now, state);
        return await ConfirmAsync(now, state, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>AWS answers 200 also where nothing was done (a port that nobody is registered at), and reads lag behind writes.</summary>
    private async Task<PoolMember> ConfirmAsync(PoolMember member, TrafficState state, CancellationToken cancellationToken)
    {
        long started = time.GetTimestamp();
        while (true)
        {
            PoolMember? now = Find(await GetMembersAsync(member.Pool, cancellationToken).ConfigureAwait(false), member);
            if (now?.State == state) return now;
            // A read that lagged behind the write has made it forget.
            if (state != TrafficState.Enabled) _memory.TakeOut(member, state);
            if (time.GetElapsedTime(started) >= options.ConfirmLimit)
            {
                string seen = now is null ? "it is gone" : $"it is {now.State}, {now.Health} {now.HealthReason}".TrimEnd();
                throw new AppStatusException(ErrorId.WriteNotConfirmed, $"AWS took the change, but {member} is not {state} after {options.ConfirmLimit.TotalSeconds:0.#} s: {seen}.",
                    "Look whether somebody else (an Auto Scaling group, a controller) changes the same targets, then set it again.", member);
            }

            await time.DelayAsync(ConfirmPause, cancellationToken).ConfigureAwait(false);
        }
    }

    private static AppStatusException Unknown(PoolMember member, IReadOnlyList<PoolMember> pool)
    {
        string asked = ElbTarget.Parse(member.Name)?.Id ?? member.Name;
        string[] ports = [.. pool.Where(other => ElbTarget.Parse(other.Name)?.Id == asked).Select(other => FormattableString.Invariant($"{other.Port}"))];
        string instead = ports.Length > 0 ? $"{asked} is registered at port {string.Join(", ", ports)}" : $"none of its {pool.Count} targets is {asked}";
        return new AppStatusException(ErrorId.MemberNotFound, $"{member.Pool} has no target {member.Name} (Target.NotRegistered): {instead}. Nothing was changed.", "List the targets with Get-ElbTarget.", member);
    }

    /// <summary>It has left the list: with that its drain is over.</summary>
    private PoolMember Gone(PoolMember member) => member with
    {
        Health = MemberHealth.Unknown,
        HealthReason = "not registered",
        NativeState = "",
        Connections = 0,
        Serving = false,
        Balancer = id,
    };

    private static PoolMember? Find(IReadOnlyList<PoolMember> pool, PoolMember member) => pool.FirstOrDefault(candidate => candidate.Name == member.Name);

    private static PoolMember Located(PoolMember member, IReadOnlyDictionary<string, InstanceAddress> known) =>
        known.TryGetValue(member.Address, out InstanceAddress? found)
            ? member with { Address = found.Address, ComputerName = found.Name.Length > 0 ? found.Name : found.Address }
            : member;
}
