namespace AppStatus.Core.Monitoring.Alerts;

/// <summary>A rule began to fire for an instance, or is over.</summary>
public sealed record Alert
{
    /// <summary>The rule's name.</summary>
    public required string Rule { get; init; }

    public required string Instance { get; init; }

    public required string Metric { get; init; }

    public required AlertState State { get; init; }

    public AlertSeverity Severity { get; init; }

    /// <summary>What was read; null where there was no data.</summary>
    public double? Value { get; init; }

    public string Unit { get; init; } = "";

    /// <summary>What the value is past, or is back from.</summary>
    public double Threshold { get; init; }

    /// <summary>It fires since nothing is known, not since a value is past the threshold.</summary>
    public bool NoData { get; init; }

    /// <summary>When what it is about began: the first value past the threshold, or the first reading without data.</summary>
    public DateTimeOffset Since { get; init; }

    /// <summary>When it fired or cleared.</summary>
    public DateTimeOffset At { get; init; }

    /// <summary>The whole in a sentence.</summary>
    public required string Message { get; init; }

    /// <summary>Of one thing: the rule and the instance.</summary>
    internal (string Rule, string Instance) Key => (Rule, Instance);

    public override string ToString() => $"{State}: {Message}";
}
