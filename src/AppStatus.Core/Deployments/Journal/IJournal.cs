namespace AppStatus.Core.Deployments.Journal;

/// <summary>The append-only record of one deployment.</summary>
internal interface IJournal : IDisposable
{
    /// <summary>Where it is kept, for people.</summary>
    string Location { get; }

    /// <summary>Appends the events in order, and returns once they would survive the death of this machine.</summary>
    /// <exception cref="Errors.AppStatusException"><see cref="Errors.ErrorId.StoreUnavailable"/>: nothing may be changed any more.</exception>
    Task<IReadOnlyList<JournalRecord>> AppendAsync(IReadOnlyList<JournalEvent> events, CancellationToken cancellationToken);
}
