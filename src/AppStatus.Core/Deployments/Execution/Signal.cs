using AppStatus.Core.Deployments.Journal;

namespace AppStatus.Core.Deployments.Execution;

/// <summary>What wakes the runner's loop.</summary>
internal abstract record Signal
{
    public sealed record Outcome(JournalEvent Event) : Signal;

    public sealed record Observed(PoolObservation Observation) : Signal;

    /// <summary>The prompt's own Ctrl+C, or what another console asks for.</summary>
    public sealed record Control(ControlSignal What) : Signal;

    public sealed record LeaseLost : Signal;

    public sealed record Wake : Signal;
}
