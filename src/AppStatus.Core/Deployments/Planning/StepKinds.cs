namespace AppStatus.Core.Deployments.Planning;

internal static class StepKinds
{
    /// <summary>Whether the step changes something at a balancer: its lane counts as touched from then on, and a stop lets it finish.</summary>
    public static bool Writes(this StepKind step) => step is
        StepKind.Drain or StepKind.Enter or StepKind.SwitchPool or StepKind.Shift or StepKind.Cut or StepKind.Commit or StepKind.Restore or StepKind.PutBack or StepKind.TakeOut;
}
