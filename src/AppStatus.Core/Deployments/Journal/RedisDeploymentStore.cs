using System.Text.Json;
using AppStatus.Core.Deployments.Execution;
using AppStatus.Core.Deployments.Leases;
using AppStatus.Core.Deployments.Planning;
using AppStatus.Core.Errors;
using AppStatus.Core.Maintenance;
using AppStatus.Core.Redis;

namespace AppStatus.Core.Deployments.Journal;

/// <summary>A Redis, shared by many machines: streams for the journals, expiring keys for the leases, a list of signals for each deployment, a hash of what is suspended.</summary>
internal sealed class RedisDeploymentStore : IDeploymentStore
{
    /// <summary>How long an append goes on trying when the server is away; less than a lease lasts.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);

    private readonly RedisClient _redis;
    private readonly RedisJournalServer _journals;

    private RedisDeploymentStore(RedisClient redis, RedisDurability durability)
    {
        _redis = redis;
        _journals = new RedisJournalServer(redis, durability);
        Leases = new RedisLeaseStore(redis, RedisLeaseStore.DefaultTerm);
        Suspensions = new RedisSuspensions(redis, durability);
        Warning = durability.Warning;
    }

    public string Location => _redis.Endpoint.ToString();

    public ILeaseStore Leases { get; }

    public ISuspensions Suspensions { get; }

    /// <summary>What can be lost, and how to mend it; null where nothing can.</summary>
    public string? Warning { get; }

    /// <exception cref="AppStatusException">It can't be reached, or refuses the log-in.</exception>
    public static async Task<RedisDeploymentStore> ConnectAsync(RedisOptions options, TimeProvider time, CancellationToken cancellationToken)
    {
        var redis = new RedisClient(options, time);
        try
        {
            return new RedisDeploymentStore(redis, await RedisDurability.ReadAsync(redis, cancellationToken).ConfigureAwait(false));
        }
        catch
        {
            redis.Dispose();
            throw;
        }
    }

    public Task CheckWritableAsync(CancellationToken cancellationToken) =>
        _redis.ExecuteAsync(RedisCommand.Of("SET", RedisKeys.Probe, "", "PX", 1000).Repeatable(), cancellationToken);

    public async Task<(IJournal Journal, IReadOnlyList<JournalRecord> Records)> CreateAsync(DeploymentStarted first, ILease lease, CancellationToken cancellationToken) =>
        await RedisJournal.CreateAsync(_journals, first.Id, [first], lease, Patience, cancellationToken).ConfigureAwait(false);

    public async Task<(IJournal Journal, IReadOnlyList<JournalRecord> Records)> OpenAsync(string id, ILease lease, CancellationToken cancellationToken)
    {
        await RequireAsync(id, cancellationToken).ConfigureAwait(false);
        return await RedisJournal.OpenAsync(_journals, id, lease, Patience, cancellationToken).ConfigureAwait(false);
    }

    public async Task<IReadOnlyList<JournalRecord>> ReadAsync(string id, CancellationToken cancellationToken)
    {
        await RequireAsync(id, cancellationToken).ConfigureAwait(false);
        return await _journals.ReadAsync(id, cancellationToken).ConfigureAwait(false);
    }

    public async Task<DeploymentPlan> ReadPlanAsync(string id, CancellationToken cancellationToken) =>
        ((DeploymentStarted)(await _journals.ReadFirstAsync(id, cancellationToken).ConfigureAwait(false)).Event).Plan;

    // Not by the time that goes with them, which is each machine's own: the ids sort as they were created.
    public async Task<IReadOnlyList<string>> ListAsync(CancellationToken cancellationToken) =>
        [.. (await _journals.ListAsync(cancellationToken).ConfigureAwait(false)).Select(entry => entry.Id).OrderByDescending(id => id, StringComparer.Ordinal)];

    public Task SendAsync(string id, ControlSignal signal, CancellationToken cancellationToken) =>
        _redis.ExecuteAsync(RedisCommand.Of("RPUSH", RedisKeys.Signals(id), JsonSerializer.SerializeToUtf8Bytes(signal, JournalJson.Default.ControlSignal)), cancellationToken);

    public async Task<IReadOnlyList<ControlSignal>> ReceiveAsync(string id, int from, CancellationToken cancellationToken)
    {
        RedisValue list = await _redis.ExecuteAsync(RedisCommand.Of("LRANGE", RedisKeys.Signals(id), from, -1).Repeatable(), cancellationToken).ConfigureAwait(false);
        return [.. list.Items.Select(item => ControlSignal.Parse(item.Text))];
    }

    public void Dispose() => _redis.Dispose();

    private async Task RequireAsync(string id, CancellationToken cancellationToken)
    {
        IReadOnlyList<string> all = await ListAsync(cancellationToken).ConfigureAwait(false);
        if (!all.Contains(id, StringComparer.Ordinal)) throw DeploymentId.NotFound(id, Location);
    }
}
