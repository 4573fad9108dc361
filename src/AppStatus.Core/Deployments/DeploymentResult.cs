namespace AppStatus.Core.Deployments;

/// <summary>How a deployment ended.</summary>
public sealed record DeploymentResult
{
    public required string Id { get; init; }

    public required string Strategy { get; init; }

    /// <summary>The pools that it was about, separated by a comma.</summary>
    public string Pool { get; init; } = "";

    public string Release { get; init; } = "";

    public DeploymentState State { get; init; }

    public IReadOnlyList<LaneResult> Lanes { get; init; } = [];

    /// <summary>Names of the instances that failed their check beforehand and were not touched.</summary>
    public IReadOnlyList<string> Skipped { get; init; } = [];

    /// <summary>Names of the instances that did not run the expected version at the end.</summary>
    public IReadOnlyList<string> Mismatched { get; init; } = [];

    /// <summary>The fewest members that served in any pool at any point, as observed.</summary>
    public int LowestCapacity { get; init; }

    public DateTimeOffset Started { get; init; }

    public TimeSpan Duration { get; init; }

    /// <summary>The words of -Reason.</summary>
    public string Reason { get; init; } = "";

    /// <summary>Where the journal is kept.</summary>
    public string Journal { get; init; } = "";

    /// <summary>The store in which it is recorded: a folder, or <c>redis://host:6379/0</c>. What is piped on brings it along.</summary>
    public string Store { get; init; } = "";

    /// <summary>A block was deployed that is not recorded: who goes on with it, or goes back, passes it again.</summary>
    internal bool NeedsBlock { get; init; }

    /// <summary>Why it halted or paused; empty where it did neither.</summary>
    public string Error { get; init; } = "";

    public override string ToString() => $"{Strategy} {Release} {State}";
}
