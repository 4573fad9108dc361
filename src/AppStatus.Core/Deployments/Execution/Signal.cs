using AppStatus.Core.Deployments.Journal;

namespace AppStatus.Core.Deployments.Execution;

/// <summary>What wakes the runner's loop.</summary>
internal abstract record Signal
{
    public sealed record Outcome(JournalEvent Event) : Signal;

    public sealed record Observed(PoolObservation Observation) : Signal;

    public sealed record Stop : Signal;

    public sealed record Wake : Signal;
}
