namespace AppStatus.Core.Deployments.Planning;

/// <summary>Lanes that may run side by side, up to a window. The next wave starts when all have ended and the gate has passed.</summary>
public sealed record Wave
{
    /// <summary>From 1.</summary>
    public required int Number { get; init; }

    /// <summary>The most lanes in flight at once.</summary>
    public required int Window { get; init; }

    public required IReadOnlyList<Lane> Lanes { get; init; }

    /// <summary>How long the wave's health is watched before the next one starts.</summary>
    public TimeSpan Bake { get; init; }

    /// <summary>The next wave starts only when somebody has approved of this one.</summary>
    public bool NeedsApproval { get; init; }

    /// <summary>The analysis judges the canaries while the wave is watched.</summary>
    public bool IsJudged { get; init; }

    /// <summary>The run ends here on purpose, and goes on when it is resumed.</summary>
    public bool Holds { get; init; }
}
