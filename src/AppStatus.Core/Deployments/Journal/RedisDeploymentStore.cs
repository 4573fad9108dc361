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

    public string JournalOf(string id) => _journals.Location(id);

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
        if (!await _journals.ExistsAsync(Checked(id), cancellationToken).ConfigureAwait(false)) throw await AbsentAsync(id, cancellationToken).ConfigureAwait(false);
        return await RedisJournal.OpenAsync(_journals, id, lease, Patience, cancellationToken).ConfigureAwait(false);
    }

    public Task<IReadOnlyList<JournalRecord>> ReadAsync(string id, CancellationToken cancellationToken) => ReadOnAsync(id, new JournalMark(), cancellationToken);

    public async Task<IReadOnlyList<JournalRecord>> ReadOnAsync(string id, JournalMark read, CancellationToken cancellationToken)
    {
        IReadOnlyList<JournalRecord> records = await _journals.ReadOnAsync(Checked(id), read.Records, cancellationToken).ConfigureAwait(false);
        if (records.Count == 0 && read.Records == 0) throw await AbsentAsync(id, cancellationToken).ConfigureAwait(false);
        read.Records += records.Count;
        return records;
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

    // A key that is no journal's would answer, too.
    private string Checked(string id) => DeploymentId.IsOne(id) ? id : throw DeploymentId.NotFound(id, Location);

    // Whether there ever was such a deployment takes the list of all: it is looked into only where the journal is not there.
    private async Task<AppStatusException> AbsentAsync(string id, CancellationToken cancellationToken) =>
        (await ListAsync(cancellationToken).ConfigureAwait(false)).Contains(id, StringComparer.Ordinal) ? RedisJournalFaults.Missing(_journals.Location(id)) : DeploymentId.NotFound(id, Location);
}
