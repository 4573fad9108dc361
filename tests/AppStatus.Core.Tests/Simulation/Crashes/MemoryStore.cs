using AppStatus.Core.Deployments;
using AppStatus.Core.Deployments.Execution;
using AppStatus.Core.Deployments.Journal;
using AppStatus.Core.Deployments.Leases;
using AppStatus.Core.Deployments.Planning;
using AppStatus.Core.Errors;
using AppStatus.Core.Maintenance;
using AppStatus.Core.Tests.Clocks;

namespace AppStatus.Core.Tests.Simulation.Crashes;

/// <summary>What is on the disk: journals as bytes, signals, and who holds the lease. It outlives every driver.</summary>
internal sealed class MemoryStore(SimulatedWorld world)
{
    private readonly Dictionary<string, List<byte>> _journals = new(StringComparer.Ordinal);
    private readonly Dictionary<string, List<ControlSignal>> _signals = new(StringComparer.Ordinal);
    private readonly List<string> _ids = [];
    private Life? _newest;

    public List<string> Violations { get; } = [];

    public Life? Holder { get; private set; }

    /// <summary>The oldest first.</summary>
    public IReadOnlyList<string> Ids => _ids;

    public int Writes { get; private set; }

    /// <summary>Hears of each record that comes to the disk, with its journal's id.</summary>
    public Action<string, JournalRecord>? Written { get; set; }

    public IDeploymentStore For(Life life) => new View(this, life);

    public IReadOnlyList<JournalRecord> Read(string id) => JournalReader.Read([.. _journals[id]], id).Records;

    public void Send(string id, ControlSignal signal)
    {
        if (!_signals.TryGetValue(id, out List<ControlSignal>? sent)) _signals[id] = sent = [];
        sent.Add(signal);
    }

    public void OnWrite(Life life, string what)
    {
        Writes++;
        if (life.LeaseLost || Holder != life) Violations.Add($"{Now} s: {what} without the lease");
    }

    // A write takes less time than a lease must outlast it.
    public void OnLanded(Life life, string what)
    {
        if (life.LeaseLost) Violations.Add($"{Now} s: {what}, and the lease was lost before it was");
    }

    private sealed class View(MemoryStore store, Life life) : IDeploymentStore, ILeaseStore
    {
        public string Location => "memory";

        public string JournalOf(string id) => id;

        public ILeaseStore Leases => this;

        public ISuspensions Suspensions => throw new NotSupportedException("No deployment suspends a member.");

        public async Task<ILease> AcquireAsync(IReadOnlyCollection<string> keys, LeaseHolder holder, TimeSpan wait, CancellationToken cancellationToken)
        {
            await life.AliveAsync();
            if (store.Holder is { Dead: false, LeaseLost: false }) throw LeaseFaults.Locked(keys.First(), holder, null, wait);
            store.Holder = store._newest = life;
            return new Lease([.. keys], holder, life, store);
        }

        public Task<LeaseHolder?> FindHolderAsync(string key, CancellationToken cancellationToken) => Task.FromResult<LeaseHolder?>(null);

        public Task CheckWritableAsync(CancellationToken cancellationToken) => life.AliveAsync();

        public async Task<(IJournal Journal, IReadOnlyList<JournalRecord> Records)> CreateAsync(DeploymentStarted first, ILease lease, CancellationToken cancellationToken)
        {
            // Created complete, or not at all.
            await life.BoundaryAsync();
            store._journals[first.Id] = [];
            store._ids.Add(first.Id);
            var journal = new Journal(store, life, first.Id, 0);
            journal.CheckLease([first]);
            IReadOnlyList<JournalRecord> records = journal.Write([first]);
            await life.BoundaryAsync();
            return (journal, records);
        }

        public async Task<(IJournal Journal, IReadOnlyList<JournalRecord> Records)> OpenAsync(string id, ILease lease, CancellationToken cancellationToken)
        {
            await life.AliveAsync();
            List<byte> bytes = store._journals[id];
            (IReadOnlyList<JournalRecord> records, bool torn) = JournalReader.Read([.. bytes], id);
            if (torn) bytes.RemoveRange(bytes.LastIndexOf((byte)'\n') + 1, bytes.Count - bytes.LastIndexOf((byte)'\n') - 1);
            return (new Journal(store, life, id, records.Count), records);
        }

        public async Task<IReadOnlyList<JournalRecord>> ReadAsync(string id, CancellationToken cancellationToken)
        {
            await life.AliveAsync();
            return store.Read(id);
        }

        public async Task<IReadOnlyList<JournalRecord>> ReadOnAsync(string id, JournalMark read, CancellationToken cancellationToken)
        {
            await life.AliveAsync();
            JournalRecord[] records = [.. store.Read(id).Skip(read.Records)];
            read.Records += records.Length;
            return records;
        }

        public async Task<DeploymentPlan> ReadPlanAsync(string id, CancellationToken cancellationToken)
        {
            await life.AliveAsync();
            return ((DeploymentStarted)store.Read(id)[0].Event).Plan;
        }

        public Task<IReadOnlyList<string>> ListAsync(CancellationToken cancellationToken) => Task.FromResult<IReadOnlyList<string>>([.. Enumerable.Reverse(store._ids)]);

        public Task SendAsync(string id, ControlSignal signal, CancellationToken cancellationToken)
        {
            store.Send(id, signal);
            return Task.CompletedTask;
        }

        public async Task<IReadOnlyList<ControlSignal>> ReceiveAsync(string id, int from, CancellationToken cancellationToken)
        {
            await life.AliveAsync();
            return store._signals.TryGetValue(id, out List<ControlSignal>? sent) ? [.. sent.Skip(from)] : [];
        }

        public void Dispose()
        {
        }
    }

    private sealed class Journal(MemoryStore store, Life life, string id, long sequence) : IJournal
    {
        private long _sequence = sequence;

        public string Location => id;

        public async Task<IReadOnlyList<JournalRecord>> AppendAsync(IReadOnlyList<JournalEvent> events, CancellationToken cancellationToken)
        {
            CheckLease(events);
            await store.Clock.DelayAsync(life.JournalLatency(), CancellationToken.None);
            if (life.DiesHere() && store._newest == life) Tear(events);
            await life.AliveAsync();
            // Nothing is taken from who has an older token.
            if (store._newest != life) throw new AppStatusException(ErrorId.LeaseLost, "Another has taken it over since.");
            IReadOnlyList<JournalRecord> records = Write(events);
            await life.BoundaryAsync();
            return records;
        }

        public IReadOnlyList<JournalRecord> Write(IReadOnlyList<JournalEvent> events)
        {
            JournalRecord[] records = Number(events);
            foreach (JournalRecord record in records) store._journals[id].AddRange(JournalLine.Write(record));
            _sequence += records.Length;
            foreach (JournalRecord record in records) store.Written?.Invoke(id, record);
            return records;
        }

        public void Dispose()
        {
        }

        // What is on its way to the disk already may come there when the lease is lost.
        public void CheckLease(IReadOnlyList<JournalEvent> events)
        {
            if (!life.Dead && (life.LeaseLost || store.Holder != life)) store.Violations.Add($"{store.Now} s: {events[0].GetType().Name} was journaled without the lease");
        }

        private JournalRecord[] Number(IReadOnlyList<JournalEvent> events) =>
            [.. events.Select((item, index) => new JournalRecord(_sequence + 1 + index, store.UtcNow, item))];

        // Of what it was writing when it died, some is on the disk: whole lines, and a part of one.
        private void Tear(IReadOnlyList<JournalEvent> events)
        {
            JournalRecord[] records = Number(events);
            byte[] bytes = [.. records.SelectMany(JournalLine.Write)];
            byte[] torn = [.. bytes.Take(bytes.Length * life.TornShare / 1000)];
            store._journals[id].AddRange(torn);
            foreach (JournalRecord record in records.Take(torn.Count(value => value == (byte)'\n'))) store.Written?.Invoke(id, record);
        }
    }

    private sealed class Lease(IReadOnlyList<string> keys, LeaseHolder holder, Life life, MemoryStore store) : ILease
    {
        public IReadOnlyList<string> Keys => keys;

        public long Token => 1;

        public LeaseHolder Holder => holder;

        public LeaseHolder? TakenOverFrom => null;

        public CancellationToken Lost => life.Loss.Token;

        public Task NameAsync(string deploymentId, CancellationToken cancellationToken) => life.AliveAsync();

        public bool IsValidFor(TimeSpan duration) => life.LeaseLasts(duration);

        public ValueTask DisposeAsync()
        {
            if (store.Holder == life) store.Holder = null;
            return default;
        }
    }

    private ManualTimeProvider Clock => world.Clock;

    private DateTimeOffset UtcNow => world.Clock.GetUtcNow();

    private string Now => world.Clock.Elapsed.TotalSeconds.ToString("0.000", System.Globalization.CultureInfo.InvariantCulture);
}
