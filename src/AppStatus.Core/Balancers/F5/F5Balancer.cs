using System.Text.Json;
using AppStatus.Core.Errors;

namespace AppStatus.Core.Balancers.F5;

/// <summary>The pools of a BIG-IP. A read costs the same number of requests whatever the number of members or pools.</summary>
internal sealed class F5Balancer(F5Client client, string id, F5ActiveUnit unit, F5Configuration keeper) : IBalancer, IWriteCheck, IActiveUnitCheck, IConfigurationKeeper, IPoolSwitcher, IWeightLimits
{
    private const string PoolPath = "/mgmt/tm/ltm/pool";
    private const string Expanded = "expandSubcollections=true";
    private const int MaxRatio = 100;
    private const int StatisticsFanOut = 8;

    public string Id => id;

    public BalancerCapabilities Capabilities => BalancerCapabilities.ConnectionCounts | BalancerCapabilities.Weights | BalancerCapabilities.Offline;

    public F5VirtualServers VirtualServers => new(client, this, unit);

    public async Task<SwitchableServer> ReadServerAsync(string name, CancellationToken cancellationToken)
    {
        string path = F5Name.FullPath(name);
        IReadOnlyList<F5VirtualServer> known = await VirtualServers.GetAsync(partition: null, cancellationToken).ConfigureAwait(false);
        return Switchable(known.FirstOrDefault(one => one.FullPath == path) ?? throw F5VirtualServers.NotFound(path, client.Host, known));
    }

    public async Task<SwitchableServer> SwitchPoolAsync(string name, string pool, CancellationToken cancellationToken) =>
        Switchable((await VirtualServers.SetPoolAsync([F5Name.FullPath(name)], pool, allowEmptyPool: false, cancellationToken).ConfigureAwait(false))[0]);

    private static SwitchableServer Switchable(F5VirtualServer server) =>
        new(server.FullPath, server.Pool, [.. server.Policies, .. server.Rules]);

    public async Task<IReadOnlyList<PoolMember>> GetMembersAsync(string pool, CancellationToken cancellationToken)
    {
        string path = $"{PoolPath}/{F5Name.Encode(F5Name.FullPath(pool))}";
        var target = new F5PoolTarget(F5Name.FullPath(pool));
        Task<JsonDocument> configuration = client.GetAsync($"{path}?{Expanded}", target, cancellationToken);
        Task<JsonDocument> statistics = client.GetAsync($"{path}/members/stats", target, cancellationToken);
        // Both are awaited before either is looked at, so that no failure is left unobserved.
        await Task.WhenAll(configuration, statistics).ConfigureAwait(false);

        using JsonDocument pools = await configuration.ConfigureAwait(false);
        using JsonDocument stats = await statistics.ConfigureAwait(false);
        F5Pool read = F5Pool.Of(pools.RootElement, id);
        return ToMembers(read, pools.RootElement, F5PoolReading.Index(F5Statistics.Read(stats.RootElement), read.FullPath));
    }

    /// <param name="partition">Null for all partitions that the user sees.</param>
    /// <param name="cancellationToken">Ends the request.</param>
    public async Task<IReadOnlyList<F5Pool>> GetPoolsAsync(string? partition, CancellationToken cancellationToken)
    {
        using JsonDocument document = await client.GetAsync(AllPools(partition), target: null, cancellationToken).ConfigureAwait(false);
        return [.. document.RootElement.Items().Select(element => F5Pool.Of(element, id))];
    }

    /// <summary>Every pool with its members by two requests: version 12 and later give all statistics at once, 11 by pool.</summary>
    /// <param name="partition">Null for all partitions that the user sees.</param>
    /// <param name="cancellationToken">Ends the requests.</param>
    public async Task<IReadOnlyList<PoolContent>> GetContentsAsync(string? partition, CancellationToken cancellationToken)
    {
        using JsonDocument document = await client.GetAsync(AllPools(partition), target: null, cancellationToken).ConfigureAwait(false);
        List<(F5Pool Pool, JsonElement Element)> pools = [.. document.RootElement.Items().Select(element => (F5Pool.Of(element, id), element))];

        using JsonDocument? all = await client.GetOptionalAsync($"{PoolPath}/members/stats", cancellationToken).ConfigureAwait(false);
        IReadOnlyList<F5MemberStatistics> statistics = all is null ? [] : F5Statistics.Read(all.RootElement);
        if (statistics.Count == 0) statistics = await ReadByPoolAsync([.. pools.Select(entry => entry.Pool)], cancellationToken).ConfigureAwait(false);

        var index = F5PoolReading.Index(statistics, pool: null);
        return [.. pools.Select(entry => new PoolContent(entry.Pool.FullPath, ToMembers(entry.Pool, entry.Element, index)))];
    }

    public async Task<IReadOnlyList<PoolMember>> FindMembersAsync(IReadOnlyCollection<string> addresses, CancellationToken cancellationToken)
    {
        IReadOnlyList<PoolContent> pools = await GetContentsAsync(partition: null, cancellationToken).ConfigureAwait(false);
        return pools.SelectMany(pool => pool.Members).At(addresses);
    }

    public Task<PoolMember> SetStateAsync(PoolMember member, TrafficState state, CancellationToken cancellationToken)
    {
        string json = state switch
        {
            TrafficState.Enabled => """{"state":"user-up","session":"user-enabled"}""",
            TrafficState.Draining => """{"state":"user-up","session":"user-disabled"}""",
            TrafficState.Offline => """{"state":"user-down","session":"user-disabled"}""",
            _ => throw new ArgumentOutOfRangeException(nameof(state), state, message: null),
        };
        return WriteAsync(member, json, written => written.State == state, $"in state {state}", needsRatio: false, cancellationToken);
    }

    public Task<PoolMember> SetWeightAsync(PoolMember member, int weight, CancellationToken cancellationToken)
    {
        if (weight is < 1 or > MaxRatio)
        {
            throw new AppStatusException(ErrorId.InvalidArgument, FormattableString.Invariant($"Ratio {weight} for {member} is out of range. Nothing was changed."),
                $"A BIG-IP's ratios go from 1 to {MaxRatio}. For no traffic: Set-PoolMember -State Draining.", member);
        }

        return WriteAsync(member, FormattableString.Invariant($"{{\"ratio\":{weight}}}"), written => written.Weight == weight,
            FormattableString.Invariant($"of ratio {weight}"), needsRatio: true, cancellationToken);
    }

    private async Task<PoolMember> WriteAsync(PoolMember member, string json, Func<PoolMember, bool> isDone, string wanted, bool needsRatio, CancellationToken cancellationToken)
    {
        string pool = F5Name.FullPath(member.Pool);
        string poolPath = $"{PoolPath}/{F5Name.Encode(pool)}";
        string name = F5Name.FullPath(member.Name);
        await Task.WhenAll(
            unit.RequireAsync($"{member}", member, cancellationToken),
            RefuseUnwritableAsync(poolPath, pool, name, member, needsRatio, cancellationToken)).ConfigureAwait(false);

        await client.PatchAsync($"{poolPath}/members/{F5Name.Encode(name)}", json, member, cancellationToken).ConfigureAwait(false);

        PoolMember? written = (await GetMembersAsync(pool, cancellationToken).ConfigureAwait(false)).FirstOrDefault(candidate => F5Name.FullPath(candidate.Name) == name);
        if (written is not null && isDone(written)) return written;
        string now = written is null ? "it is gone" : FormattableString.Invariant($"it is {written.State}, ratio {written.Weight}, {written.HealthReason}");
        throw new AppStatusException(ErrorId.WriteNotConfirmed, $"{client.Host} took the change, but {member} is not {wanted}: {now}.",
            "Look whether somebody else changes this pool, then set it again.", member);
    }

    public Task CheckWritableAsync(CancellationToken cancellationToken) => unit.RequireAsync("It", client.Host, cancellationToken);

    public Task CheckActiveAsync(CancellationToken cancellationToken) => unit.RequireAsync("It", client.Host, cancellationToken);

    public Task CheckSyncAsync(CancellationToken cancellationToken) => keeper.CheckSyncAsync(cancellationToken);

    public Task SyncAsync(CancellationToken cancellationToken) => keeper.SyncAsync(cancellationToken);

    public Task SaveAsync(CancellationToken cancellationToken) => keeper.SaveAsync(cancellationToken);

    private async Task RefuseUnwritableAsync(string poolPath, string pool, string name, PoolMember member, bool needsRatio, CancellationToken cancellationToken)
    {
        using JsonDocument document = await client.GetAsync($"{poolPath}?{Expanded}", new F5PoolTarget(pool), cancellationToken).ConfigureAwait(false);
        F5Pool read = F5Pool.Of(document.RootElement, id);
        F5Member? found = F5Pool.Members(document.RootElement).Select(element => F5Member.Of(element, statistics: null)).FirstOrDefault(candidate => candidate.FullPath == name);
        if (found is null) throw F5Faults.MemberNotFound(client.Host, member, $"pool {pool} has {read.MemberCount} members, but not this one");
        if (found.Ephemeral || found.IsTemplate)
        {
            throw new AppStatusException(ErrorId.NotSupported,
                $"{member} is made by {client.Host} from a DNS name and comes and goes with it. Nothing was changed.",
                "Take the address out of DNS, or make it a member by address.", member);
        }

        if (needsRatio && !read.UsesMemberRatio) throw NoRatios(read, $"{member} was not changed.", member);
    }

    public async Task<WeightLimits> GetWeightLimitsAsync(string pool, CancellationToken cancellationToken)
    {
        string path = F5Name.FullPath(pool);
        using JsonDocument document = await client.GetAsync($"{PoolPath}/{F5Name.Encode(path)}?{Expanded}", new F5PoolTarget(path), cancellationToken).ConfigureAwait(false);
        F5Pool read = F5Pool.Of(document.RootElement, id);
        return read.UsesMemberRatio ? new WeightLimits(1, MaxRatio) : throw NoRatios(read, "Nothing was changed.", pool);
    }

    private static AppStatusException NoRatios(F5Pool pool, string state, object target) => new(
        ErrorId.NotSupported, $"Pool {pool.FullPath} balances by '{SafeText.Condensed(pool.LoadBalancingMode)}', where a member's ratio has no effect. {state}",
        "Set the pool's load balancing method to Ratio (member), Ratio (session) or Ratio Least Connections (member) first.", target);

    private async Task<IReadOnlyList<F5MemberStatistics>> ReadByPoolAsync(IReadOnlyList<F5Pool> pools, CancellationToken cancellationToken)
    {
        using var limit = new SemaphoreSlim(StatisticsFanOut, StatisticsFanOut);
        IReadOnlyList<F5MemberStatistics>[] read = await Task.WhenAll(pools.Where(pool => pool.MemberCount > 0).Select(ReadOneAsync)).ConfigureAwait(false);
        return [.. read.SelectMany(list => list)];

        async Task<IReadOnlyList<F5MemberStatistics>> ReadOneAsync(F5Pool pool)
        {
            await limit.WaitAsync(cancellationToken).ConfigureAwait(false);
            try
            {
                using JsonDocument? document = await client.GetOptionalAsync($"{PoolPath}/{F5Name.Encode(pool.FullPath)}/members/stats", cancellationToken).ConfigureAwait(false);
                return document is null ? [] : [.. F5Statistics.Read(document.RootElement).Select(one => one with { Pool = pool.FullPath })];
            }
            finally
            {
                limit.Release();
            }
        }
    }

    private IReadOnlyList<PoolMember> ToMembers(F5Pool pool, JsonElement element, IReadOnlyDictionary<string, F5MemberStatistics> index)
    {
        IReadOnlyList<F5Member> members = [.. F5Pool.Members(element).Select(one =>
        {
            F5Member member = F5Member.Of(one, statistics: null);
            return member with { Statistics = F5PoolReading.Find(index, pool.FullPath, member.FullPath, member.Address) };
        })];
        return [.. F5PoolReading.ToMembers(pool, members).Select(member => member with { Source = this })];
    }

    private static string AllPools(string? partition) => partition is null ? $"{PoolPath}?{Expanded}"
        : $"{PoolPath}?{Expanded}&$filter=partition%20eq%20{Uri.EscapeDataString(partition)}";
}
