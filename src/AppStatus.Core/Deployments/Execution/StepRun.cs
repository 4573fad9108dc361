using AppStatus.Core.Deployments.Planning;
using AppStatus.Core.Errors;

namespace AppStatus.Core.Deployments.Execution;

/// <summary>One run of one step, as the journal tells it.</summary>
internal sealed class StepRun(StepKind kind, int attempt, DateTimeOffset started)
{
    public StepKind Kind { get; } = kind;

    /// <summary>From 1.</summary>
    public int Attempt { get; } = attempt;

    public DateTimeOffset Started { get; } = started;

    /// <summary>Null while it runs.</summary>
    public DateTimeOffset? Ended { get; private set; }

    /// <summary>Null while it runs, and when it succeeded.</summary>
    public ErrorId? Error { get; private set; }

    /// <summary>What was observed, or what failed.</summary>
    public string Text { get; private set; } = "";

    public bool Running => Ended is null;

    public bool Succeeded => Ended is not null && Error is null;

    public void End(DateTimeOffset at, string text, ErrorId? error)
    {
        Ended = at;
        Text = text;
        Error = error;
    }
}
