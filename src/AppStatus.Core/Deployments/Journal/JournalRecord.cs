namespace AppStatus.Core.Deployments.Journal;

/// <summary>One line of a journal.</summary>
/// <param name="Sequence">From 1, without a gap.</param>
internal sealed record JournalRecord(long Sequence, DateTimeOffset At, JournalEvent Event);
