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
            ControlAction.Stop when !state.StopRequested => [new StopRequested(signal.By, Immediate: false, signal.Reason)],
            ControlAction.StopImmediately when !state.StopImmediately => [new StopRequested(signal.By, Immediate: true, signal.Reason)],
            ControlAction.Suspend when state.Pause is null && !state.StopRequested =>
                [new Paused(PauseReason.Suspended, $"{signal.By} suspended it{Because(signal)}.", state.Plan.Options.PauseTimeout)],
            ControlAction.Continue when state.Pause is not null && !awaitsApproval => [new Continued(signal.By, signal.Reason)],
            ControlAction.Approve when awaitsApproval => [new Continued(signal.By, signal.Reason)],
            ControlAction.Deny when awaitsApproval =>
                [new Denied(signal.By, signal.Reason), new Halted(ErrorId.ApprovalDenied, $"{signal.By} denied the approval{Because(signal)}.")],
            _ => [],
        };
    }

    private static string Because(ControlSignal signal) => signal.Reason.Length > 0 ? $": {signal.Reason.TrimEnd('.')}" : "";
}
