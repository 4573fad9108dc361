using AppStatus.Core.Deployments;
using AppStatus.Core.Deployments.Planning;

namespace AppStatus.Core.Reporting;

/// <summary>What became of one lane.</summary>
internal sealed record ReportLane
{
    /// <summary>The row that it is drawn in: an instance has several lanes where a strategy comes back to it.</summary>
    public required string Row { get; init; }

    public required string Name { get; init; }

    /// <summary>It is about an instance, and not about where traffic goes.</summary>
    public required bool IsInstance { get; init; }

    public required LaneState State { get; init; }

    /// <summary>What the instance reported before; empty where it did not answer.</summary>
    public required string From { get; init; }

    /// <summary>What it was to run, or the share of the traffic; empty where nothing was to change.</summary>
    public required string To { get; init; }

    public required string Left { get; init; }

    /// <summary>The error's id and its message; empty where nothing failed.</summary>
    public required string Error { get; init; }

    /// <summary>What it ran at the end, where that was not the expected version; empty else.</summary>
    public required string Mismatch { get; init; }

    public required TimeSpan Duration { get; init; }

    public required IReadOnlyList<ReportBar> Bars { get; init; }
}

/// <summary>One run of one step.</summary>
internal sealed record ReportBar(StepKind Step, int Attempt, DateTimeOffset From, DateTimeOffset To, BarOutcome Outcome, string Text);

/// <summary>How a run of a step ended.</summary>
internal enum BarOutcome
{
    Succeeded,

    Failed,

    /// <summary>Its driver ended first, or it runs still.</summary>
    Unknown,
}
