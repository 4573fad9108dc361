using AppStatus.Core.Deployments.Journal;
using AppStatus.Core.Errors;

namespace AppStatus.Core.Deployments.Execution;

/// <summary>What a signal does to a run; one that does not fit how it stands does nothing.</summary>
internal static class ControlRules
{
    public static IReadOnlyList<JournalEvent> Of(ControlSignal signal, RunState state)
    {
        if (state.Ended) return [];
        bool awaitsApproval = state.Pause?.Reason == PauseReason.Approval;
        return signal.Action switch
        {
            ControlAction.Stop when !state.StopRequested => [new StopRequested(signal.By, Immediate: false)],
            ControlAction.StopImmediately when !state.StopImmediately => [new StopRequested(signal.By, Immediate: true)],
            ControlAction.Suspend when state.Pause is null && !state.StopRequested =>
                [new Paused(PauseReason.Suspended, $"{signal.By} suspended it.", state.Plan.Options.PauseTimeout)],
            ControlAction.Continue when state.Pause is not null && !awaitsApproval => [new Continued(signal.By)],
            ControlAction.Approve when awaitsApproval => [new Continued(signal.By)],
            ControlAction.Deny when awaitsApproval =>
                [new Denied(signal.By), new Halted(ErrorId.ApprovalDenied, $"{signal.By} denied the approval{(signal.Reason.Length > 0 ? $": {signal.Reason}" : "")}.")],
            _ => [],
        };
    }
}
