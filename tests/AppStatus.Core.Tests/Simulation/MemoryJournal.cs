using AppStatus.Core.Deployments.Journal;
using AppStatus.Core.Errors;

namespace AppStatus.Core.Tests.Simulation;

/// <summary>A journal whose lines are what is left after a crash. It can fail from a given append on, and takes its time.</summary>
internal sealed class MemoryJournal(TimeProvider time) : IJournal
{
    private readonly List<JournalRecord> _records = [];

    public string Location => "memory";

    /// <summary>From this append on (counted from 0) all fail; null: none does.</summary>
    public int? FailsFrom { get; init; }

    /// <summary>How long the disk takes.</summary>
    public Func<TimeSpan> Latency { get; init; } = () => TimeSpan.Zero;

    public int Appends { get; private set; }

    public bool Failed { get; private set; }

    public IReadOnlyList<JournalRecord> Records => _records;

    public async Task<IReadOnlyList<JournalRecord>> AppendAsync(IReadOnlyList<JournalEvent> events, CancellationToken cancellationToken)
    {
        await time.DelayAsync(Latency(), cancellationToken);
        if (Appends++ >= FailsFrom)
        {
            Failed = true;
            throw new AppStatusException(ErrorId.StoreUnavailable, "The disk is full.");
        }

        JournalRecord[] added = [.. events.Select((item, index) => new JournalRecord(_records.Count + 1 + index, time.GetUtcNow(), item))];
        _records.AddRange(added);
        return added;
    }

    public void Dispose()
    {
    }
}
