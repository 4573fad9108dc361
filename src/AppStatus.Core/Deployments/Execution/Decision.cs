using AppStatus.Core.Deployments.Journal;

namespace AppStatus.Core.Deployments.Execution;

/// <summary>What the scheduler wants: events to journal (each that starts something is then carried out), or a look at the pools.</summary>
/// <param name="NeedsObservation">A lane waits for a newer look at the pools.</param>
/// <param name="WakeAt">When to decide again if nothing happens before; null: only when something happens.</param>
internal sealed record Decision(IReadOnlyList<JournalEvent> Events, bool NeedsObservation, DateTimeOffset? WakeAt);
