namespace AppStatus.Lab.BigIp.Control;

/// <summary>A fault for the next requests that match.</summary>
internal sealed record Fault(FaultKind Kind)
{
    /// <summary>How many requests it hits, from 1.</summary>
    public int Count { get; init; } = 1;

    /// <summary>Null for any.</summary>
    public string? Method { get; init; }

    /// <summary>What the path starts with, as it was sent.</summary>
    public string PathPrefix { get; init; } = "/";

    /// <summary>Before anything else is done.</summary>
    public int DelayMs { get; init; }

    public bool Matches(string method, string path) =>
        Count > 0 && (Method is null || Method == method) && path.StartsWith(PathPrefix, StringComparison.Ordinal);
}
