using System.Text.Json;
using AppStatus.Core.Balancers.Changes;

namespace AppStatus.Core.Balancers.F5;

/// <summary>The pools of a BIG-IP. A read costs the same number of requests whatever the number of members or pools.</summary>
internal sealed class F5Balancer(F5Client client, string id, F5ActiveUnit unit, F5Configuration keeper)
    : IBalancer, IMemberBatch, IWriteCheck, IActiveUnitCheck, IConfigurationKeeper, IPoolSwitcher, IWeightLimits
{
    private const string PoolPath = "/mgmt/tm/ltm/pool";
    private const string Expanded = "expandSubcollections=true";
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

    private F5MemberWrites Writes => new(client, this, unit);

    public async Task<IReadOnlyList<PoolMember>> GetMembersAsync(string pool, CancellationToken cancellationToken)
    {
        string path = PathOf(pool);
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

    public Task<PoolMember> SetStateAsync(PoolMember member, TrafficState state, CancellationToken cancellationToken) =>
        Writes.ChangeAsync(member, new MemberChange(state, Weight: null), cancellationToken);

    public Task<PoolMember> SetWeightAsync(PoolMember member, int weight, CancellationToken cancellationToken) =>
        Writes.ChangeAsync(member, new MemberChange(State: null, weight), cancellationToken);

    public Task<IReadOnlyList<MemberOutcome>> ChangeAsync(string pool, IReadOnlyList<WantedChange> changes, CancellationToken cancellationToken) =>
        Writes.ChangeAsync(pool, changes, cancellationToken);

    public Task CheckWritableAsync(CancellationToken cancellationToken) => unit.RequireAsync("It", client.Host, cancellationToken);

    public Task CheckActiveAsync(CancellationToken cancellationToken) => unit.RequireAsync("It", client.Host, cancellationToken);

    public Task<string?> FindUnsyncedAsync(CancellationToken cancellationToken) => keeper.FindUnsyncedAsync(cancellationToken);

    public Task CheckSyncAsync(CancellationToken cancellationToken) => keeper.CheckSyncAsync(cancellationToken);

    public Task SyncAsync(CancellationToken cancellationToken) => keeper.SyncAsync(cancellationToken);

    public Task SaveAsync(CancellationToken cancellationToken) => keeper.SaveAsync(cancellationToken);

    /// <summary>How a pool is configured, without any statistics: one request.</summary>
    /// <param name="pool">Its full path.</param>
    /// <param name="cancellationToken">Ends the request.</param>
    public async Task<(F5Pool Pool, IReadOnlyList<F5Member> Members)> GetConfigurationAsync(string pool, CancellationToken cancellationToken)
    {
        using JsonDocument document = await client.GetAsync($"{PathOf(pool)}?{Expanded}", new F5PoolTarget(pool), cancellationToken).ConfigureAwait(false);
        return (F5Pool.Of(document.RootElement, id), [.. F5Pool.Members(document.RootElement).Select(element => F5Member.Of(element, statistics: null))]);
    }

    /// <summary>A pool's own path on the device, which its members' begin with.</summary>
    public static string PathOf(string pool) => $"{PoolPath}/{F5Name.Encode(F5Name.FullPath(pool))}";

    public async Task<WeightLimits> GetWeightLimitsAsync(string pool, CancellationToken cancellationToken)
    {
        (F5Pool read, _) = await GetConfigurationAsync(F5Name.FullPath(pool), cancellationToken).ConfigureAwait(false);
        return read.UsesMemberRatio ? new WeightLimits(1, F5MemberWrites.MaxRatio) : throw F5MemberWrites.NoRatios(read, "Nothing was changed.", pool);
    }

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
                using JsonDocument? document = await client.GetOptionalAsync($"{PathOf(pool.FullPath)}/members/stats", cancellationToken).ConfigureAwait(false);
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
