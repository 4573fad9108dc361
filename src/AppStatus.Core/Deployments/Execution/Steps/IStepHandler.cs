using AppStatus.Core.Balancers;
using AppStatus.Core.Deployments.Planning;
using AppStatus.Core.Errors;

namespace AppStatus.Core.Deployments.Execution.Steps;

/// <summary>Carries out one kind of step. Safe to run again: each looks at what is there before it changes anything.</summary>
internal interface IStepHandler
{
    /// <summary>Ends with what was observed; an expected failure is an outcome or an <see cref="AppStatusException"/>.</summary>
    Task<StepOutcome> RunAsync(StepRequest request, CancellationToken cancellationToken);
}

/// <param name="Attempt">From 1.</param>
/// <param name="Left">The last known traffic state of each member by <see cref="LaneRun.MemberKey"/>; null: a write's outcome is not known.</param>
/// <param name="Report">Takes a short text for the progress bar, as often as something changes.</param>
internal sealed record StepRequest(Lane Lane, int Attempt, IReadOnlyDictionary<string, TrafficState?> Left, Action<string> Report);

/// <param name="Fault">Null: the step succeeded.</param>
/// <param name="Members">Traffic states read back, by <see cref="LaneRun.MemberKey"/>: of those that were touched; null where a write's outcome is not known.</param>
/// <param name="Found">Members that were found changed by hand, before anything was done to them.</param>
/// <param name="Mismatch">What the instance says that it runs, where that is not what was expected and is settled at the end of the run.</param>
internal sealed record StepOutcome(
    string Observed, Fault? Fault = null, IReadOnlyDictionary<string, TrafficState?>? Members = null,
    IReadOnlyDictionary<string, TrafficState>? Found = null, string? Mismatch = null);
