using AppStatus.Core.Deployments.Leases;
using AppStatus.Core.Errors;
using AppStatus.Core.Redis;

namespace AppStatus.Core.Deployments.Journal;

/// <summary>
/// A journal in a Redis stream, whose entry <c>N-0</c> is record N. One script appends: it takes only the next number, and only
/// from a holder whose token is the newest. So an append whose answer was lost can be sent again: it takes effect once, whichever
/// copy of it arrives, and the numbers tell.
/// </summary>
internal sealed class RedisJournal : IJournal
{
    private static readonly TimeSpan RetryDelay = TimeSpan.FromMilliseconds(250);
    private readonly RedisJournalServer _server;
    private readonly string _id;
    private readonly ILease _lease;
    private readonly TimeSpan _patience;
    private readonly TimeProvider _time;
    private long _sequence;
    private bool _broken;

    private RedisJournal(RedisJournalServer server, string id, ILease lease, TimeSpan patience)
    {
        _server = server;
        _id = id;
        _lease = lease;
        _patience = patience;
        _time = server.Time;
    }

    public string Location => _server.Location(_id);

    /// <summary>Creates the journal of a new deployment; it is there with its first events, or not at all.</summary>
    /// <param name="patience">How long an append goes on trying when the server is away.</param>
    /// <exception cref="AppStatusException"><see cref="ErrorId.StoreUnavailable"/> or <see cref="ErrorId.LeaseLost"/>.</exception>
    public static async Task<(RedisJournal Journal, IReadOnlyList<JournalRecord> Records)> CreateAsync(
        RedisJournalServer server, string id, IReadOnlyList<JournalEvent> first, ILease lease, TimeSpan patience, CancellationToken cancellationToken)
    {
        var journal = new RedisJournal(server, id, lease, patience);
        IReadOnlyList<JournalRecord> records = await journal.WriteAsync(first, create: true, cancellationToken).ConfigureAwait(false);
        return (journal, records);
    }

    /// <summary>Opens a journal to go on with it. From here on nobody with an older token appends to it.</summary>
    /// <exception cref="AppStatusException"><see cref="ErrorId.JournalDamaged"/>, <see cref="ErrorId.StoreUnavailable"/> or <see cref="ErrorId.LeaseLost"/>.</exception>
    public static async Task<(RedisJournal Journal, IReadOnlyList<JournalRecord> Records)> OpenAsync(
        RedisJournalServer server, string id, ILease lease, TimeSpan patience, CancellationToken cancellationToken)
    {
        await server.OpenAsync(id, lease, cancellationToken).ConfigureAwait(false);
        IReadOnlyList<JournalRecord> records = await server.ReadAsync(id, cancellationToken).ConfigureAwait(false);
        return (new RedisJournal(server, id, lease, patience) { _sequence = records.Count }, records);
    }

    public Task<IReadOnlyList<JournalRecord>> AppendAsync(IReadOnlyList<JournalEvent> events, CancellationToken cancellationToken) =>
        WriteAsync(events, create: false, cancellationToken);

    public void Dispose() => _broken = true;

    private async Task<IReadOnlyList<JournalRecord>> WriteAsync(IReadOnlyList<JournalEvent> events, bool create, CancellationToken cancellationToken)
    {
        if (_broken) throw new AppStatusException(ErrorId.StoreUnavailable, $"The journal {Location} can't be used: an earlier write to it failed, or it is closed.", "Resume the deployment: its journal tells how far it came.", Location);
        if (events.Count == 0) return [];

        DateTimeOffset now = _time.GetUtcNow();
        JournalRecord[] records = events.Select((item, index) => new JournalRecord(_sequence + 1 + index, now, item)).ToArray();
        // The newline is the file's: an entry of a stream ends by itself.
        byte[][] lines = records.Select(JournalLine.Write).Select(line => line.AsSpan(0, line.Length - 1).ToArray()).ToArray();
        try
        {
            await SettleAsync(lines, create ? now : null, cancellationToken).ConfigureAwait(false);
        }
        catch
        {
            // What the server has is unknown: nothing may follow it from here.
            _broken = true;
            throw;
        }

        _sequence += records.Length;
        return records;
    }

    private async Task SettleAsync(byte[][] lines, DateTimeOffset? created, CancellationToken cancellationToken)
    {
        long start = _time.GetTimestamp();
        // An answer that was lost, and a record that is there already: then it is looked at whether it is this one.
        bool doubt = false;
        while (true)
        {
            (RedisResult result, bool onDisk) = await _server.AppendAsync(_id, _lease, _sequence, lines, created, cancellationToken).ConfigureAwait(false);
            string word = result.Fault is null && result.Reply!.Items.Count == 2 ? result.Reply.Items[0].Text : "";
            long number = word.Length > 0 ? result.Reply!.Items[1].Integer ?? 0 : 0;
            if (word == "ok" && onDisk) return;
            if (word == "fenced") throw RedisJournalFaults.Fenced(Location, _lease, number);
            if (word == "older") throw RedisJournalFaults.LostData(Location, $"it knows token {number}, and had given out {_lease.Token}");
            Fault? fault = result.Fault;
            if (word == "sequence")
            {
                try
                {
                    await RecognizeAsync(lines, number, doubt, cancellationToken).ConfigureAwait(false);
                    if (await _server.ConfirmAsync(_id, _lease, cancellationToken).ConfigureAwait(false)) return;
                }
                catch (AppStatusException e) when (RedisJournalFaults.MayPass(e.Fault))
                {
                    fault = e.Fault;
                }
            }

            doubt |= word == "ok" || result.Effect == CommandEffect.Unknown;
            bool patient = word.Length > 0 || RedisJournalFaults.MayPass(result);
            if (!patient || _time.GetElapsedTime(start) >= _patience) throw RedisJournalFaults.Unavailable(Location, fault, doubt);
            await _time.DelayAsync(RetryDelay, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Accepts records that are there already only where they are these, from a sending whose answer was lost.</summary>
    private async Task RecognizeAsync(byte[][] lines, long number, bool doubt, CancellationToken cancellationToken)
    {
        if (number < _sequence) throw RedisJournalFaults.LostData(Location, $"it ends at record {number}, and had confirmed {_sequence}");
        bool ours = doubt && number == _sequence + lines.Length && await _server.HoldsAsync(_id, _sequence, lines, cancellationToken).ConfigureAwait(false);
        if (!ours) throw RedisJournalFaults.Foreign(Location, _sequence, number);
    }
}
