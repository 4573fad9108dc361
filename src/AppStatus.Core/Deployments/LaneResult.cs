using AppStatus.Core.Deployments.Planning;
using AppStatus.Core.Errors;

namespace AppStatus.Core.Deployments;

/// <summary>What became of one instance.</summary>
public sealed record LaneResult
{
    public required string Name { get; init; }

    public required string Address { get; init; }

    public int Port { get; init; }

    public LaneState State { get; init; }

    public IReadOnlyList<StepResult> Steps { get; init; } = [];

    public DateTimeOffset? Started { get; init; }

    public TimeSpan Duration { get; init; }

    /// <summary>Null where nothing failed.</summary>
    public ErrorId? ErrorId { get; init; }

    public string Error { get; init; } = "";

    /// <summary>Where its members were left: <c>pool/member state</c>, separated by a comma.</summary>
    public string Left { get; init; } = "";

    public string PreviousRelease { get; init; } = "";

    public override string ToString() => $"{Name} {State}";
}

/// <summary>One run of one step.</summary>
public sealed record StepResult
{
    public StepKind Step { get; init; }

    /// <summary>From 1.</summary>
    public int Attempt { get; init; }

    public bool Succeeded { get; init; }

    public DateTimeOffset Started { get; init; }

    public TimeSpan Duration { get; init; }

    /// <summary>What was observed, or what failed.</summary>
    public string Detail { get; init; } = "";

    public override string ToString() => $"{Step} {Duration.TotalSeconds:0.0} s";
}
