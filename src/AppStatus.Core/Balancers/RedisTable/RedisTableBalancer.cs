using AppStatus.Core.Errors;
using AppStatus.Core.Redis;

namespace AppStatus.Core.Balancers.RedisTable;

/// <summary>
/// A list in a Redis that a proxy goes round: an entry is a turn, so a member's weight is how many entries it has. Who is
/// drained has none; its entries are kept beside the list, with their places. The table knows neither health nor connections.
/// </summary>
internal sealed class RedisTableBalancer : IBalancer, IWriteCheck, IWeightLimits, IDisposable
{
    private const int MaxWeight = 256;

    /// <summary>Each time one of the rivals gets through, so this is the number of rivals, not of tries.</summary>
    private const int MaxSwaps = 200;

    private readonly RedisTableServer _server;
    private readonly RedisTableKeys _keys;

    private RedisTableBalancer(RedisTableServer server, RedisTableKeys keys)
    {
        _server = server;
        _keys = keys;
        Id = $"{server.Endpoint}#{keys.List}";
    }

    public string Id { get; }

    public string Pool => _keys.List;

    public RedisEndpoint Endpoint => _server.Endpoint;

    public BalancerCapabilities Capabilities => BalancerCapabilities.Weights;

    /// <summary>On the machine's clock.</summary>
    public static Task<RedisTableSession> ConnectAsync(RedisTableOptions options, CancellationToken cancellationToken) =>
        ConnectAsync(options, TimeProvider.System, cancellationToken);

    /// <summary>Reads the table once.</summary>
    /// <exception cref="AppStatusException">PoolNotFound, NotARoutingTable; Unreachable, TimedOut, CertificateUntrusted, AuthenticationFailed, AccessDenied, RedisRefused.</exception>
    public static async Task<RedisTableSession> ConnectAsync(RedisTableOptions options, TimeProvider time, CancellationToken cancellationToken)
    {
        if (options.Key.Length == 0) throw new AppStatusException(ErrorId.InvalidArgument, "The key of the routing table is empty.", "Name the list that the proxy reads with -Key.");
        var keys = new RedisTableKeys(options.Key);
        var server = new RedisTableServer(new RedisClient(options.Redis, time), keys, options.RestartGrace);
        try
        {
            RoutingTable table = (await server.ReadAtOnceAsync(cancellationToken).ConfigureAwait(false)).ToTable(keys, server.Endpoint);
            return new RedisTableSession(new RedisTableBalancer(server, keys), options.Redis.Credential?.UserName ?? "", table.Members.Count, time.GetUtcNow());
        }
        catch
        {
            server.Dispose();
            throw;
        }
    }

    public async Task<IReadOnlyList<PoolMember>> GetMembersAsync(string pool, CancellationToken cancellationToken)
    {
        RequireOwn(pool);
        return MembersOf(await ReadAsync(cancellationToken).ConfigureAwait(false));
    }

    public async Task<IReadOnlyList<PoolMember>> FindMembersAsync(IReadOnlyCollection<string> addresses, CancellationToken cancellationToken) =>
        (await GetMembersAsync(_keys.List, cancellationToken).ConfigureAwait(false)).At(addresses);

    public Task<PoolMember> SetStateAsync(PoolMember member, TrafficState state, CancellationToken cancellationToken) =>
        ChangeAsync(member, (table, found) => table.StateOf(found) == state ? null : table.WithState(found, state), now => now.State == state, $"in state {state}", cancellationToken);

    public Task<PoolMember> SetWeightAsync(PoolMember member, int weight, CancellationToken cancellationToken)
    {
        if (weight is < 1 or > MaxWeight)
        {
            throw new AppStatusException(ErrorId.InvalidArgument, FormattableString.Invariant($"Weight {weight} for {member} is out of range. Nothing was changed."),
                $"The weight is how many entries a member has in the table, 1 to {MaxWeight}. To take it out of traffic: Set-PoolMember -State Draining.", member);
        }

        return ChangeAsync(member, (table, found) => table.WeightOf(found) == weight ? null : table.WithWeight(found, weight), now => now.Weight == weight, FormattableString.Invariant($"of weight {weight}"), cancellationToken);
    }

    public Task<WeightLimits> GetWeightLimitsAsync(string pool, CancellationToken cancellationToken)
    {
        RequireOwn(pool);
        return Task.FromResult(new WeightLimits(1, MaxWeight));
    }

    public Task CheckWritableAsync(CancellationToken cancellationToken) => _server.CheckWritableAsync(cancellationToken);

    public void Dispose() => _server.Dispose();

    /// <summary>Makes the change from what stands there, until nobody has come in between.</summary>
    /// <param name="change">Null where there is nothing to change.</param>
    private async Task<PoolMember> ChangeAsync(
        PoolMember member, Func<RoutingTable, TableMember, RoutingTable?> change, Func<PoolMember, bool> isDone, string wanted, CancellationToken cancellationToken)
    {
        RequireOwn(member.Pool);
        TableReading reading = await _server.ReadAsync(cancellationToken).ConfigureAwait(false);
        for (int swap = 0; swap < MaxSwaps; swap++)
        {
            RoutingTable table = reading.ToTable(_keys, Endpoint);
            TableMember found = table.Members.FirstOrDefault(candidate => candidate.Name == member.Name) ?? throw NotFound(member);
            if (change(table, found) is not { } changed) return MembersOf(table).First(now => now.Name == member.Name);
            if (await _server.SwapAsync(reading, changed, cancellationToken).ConfigureAwait(false) is not { } other) return await ReadBackAsync(member, isDone, wanted, cancellationToken).ConfigureAwait(false);
            reading = other;
        }

        throw new AppStatusException(ErrorId.WriteNotConfirmed, $"{member} was not set: others changed the table {MaxSwaps} times in between.", "Look who writes it without end, then set it again.", member);
    }

    private async Task<PoolMember> ReadBackAsync(PoolMember member, Func<PoolMember, bool> isDone, string wanted, CancellationToken cancellationToken)
    {
        PoolMember? now = MembersOf(await ReadAsync(cancellationToken).ConfigureAwait(false)).FirstOrDefault(candidate => candidate.Name == member.Name);
        if (now is not null && isDone(now)) return now;
        string seen = now is null ? "it is gone" : FormattableString.Invariant($"it is {now.State}, weight {now.Weight}");
        throw new AppStatusException(ErrorId.WriteNotConfirmed, $"{Endpoint} took the change, but {member} is not {wanted}: {seen}.", "Look whether something writes the whole table anew, then set it again.", member);
    }

    private async Task<RoutingTable> ReadAsync(CancellationToken cancellationToken) => (await _server.ReadAsync(cancellationToken).ConfigureAwait(false)).ToTable(_keys, Endpoint);

    private IReadOnlyList<PoolMember> MembersOf(RoutingTable table)
    {
        IReadOnlyList<PoolMember> members = [.. table.Members.Select(member =>
        {
            TrafficState state = table.StateOf(member);
            return new PoolMember
            {
                Name = member.Name,
                ComputerName = member.Entry.Url.DnsSafeHost,
                Pool = _keys.List,
                Address = member.Entry.Url.DnsSafeHost,
                Port = member.Entry.Url.Port,
                Balancer = Id,
                State = state,
                Health = MemberHealth.Unknown,
                HealthReason = "a routing table has no check",
                Weight = table.WeightOf(member),
                Serving = state == TrafficState.Enabled,
                Source = this,
            };
        })];
        return members.WithShares();
    }

    // The account has rights on this key, and this id stands for it.
    private void RequireOwn(string pool)
    {
        if (pool != _keys.List)
            throw new AppStatusException(ErrorId.PoolNotFound, $"'{SafeText.Condensed(pool)}' is not the routing table that this session is connected to, which is '{SafeText.Condensed(_keys.List)}'. Nothing was touched.", $"Connect-RedisBalancer {Endpoint} -Key …", pool);
    }

    private AppStatusException NotFound(PoolMember member) => new(ErrorId.MemberNotFound,
        $"The routing table '{SafeText.Condensed(_keys.List)}' has no entry of {SafeText.Condensed(member.Name)} (any more). Nothing was changed.", "Read its members again: Get-RedisBalancerMember.", member);
}
