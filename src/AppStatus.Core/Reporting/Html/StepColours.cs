using AppStatus.Core.Deployments.Planning;

namespace AppStatus.Core.Reporting.Html;

/// <summary>The kinds of steps that one colour stands for.</summary>
internal static class StepColours
{
    /// <summary>Classes of the style sheet, with what the legend says.</summary>
    public static IReadOnlyList<(string Class, string Legend)> Legend { get; } =
    [
        ("check", "checks"), ("out", "out of traffic"), ("deploy", "deploy"), ("in", "into traffic"), ("shift", "traffic share"), ("back", "put back, taken out"), ("other", "hooks and others"),
    ];

    public static string Of(StepKind step) => step switch
    {
        StepKind.CheckHealth or StepKind.Verify or StepKind.Confirm => "check",
        StepKind.Drain or StepKind.AwaitIdle => "out",
        StepKind.Deploy or StepKind.Settle => "deploy",
        StepKind.Restore or StepKind.Enter or StepKind.AwaitServing => "in",
        StepKind.Shift or StepKind.Cut or StepKind.SwitchPool => "shift",
        StepKind.PutBack or StepKind.TakeOut => "back",
        _ => "other",
    };
}
