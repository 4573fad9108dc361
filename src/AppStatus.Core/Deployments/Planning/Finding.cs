namespace AppStatus.Core.Deployments.Planning;

/// <summary>What one check before a deployment found.</summary>
public sealed record Finding(string Check, FindingLevel Level, string Message)
{
    public override string ToString() => $"{Level}: {Check}: {Message}";
}

public enum FindingLevel
{
    Ok,

    /// <summary>The run is allowed, and the operator should know this.</summary>
    Warning,

    /// <summary>The run would be refused, or would fail.</summary>
    Error,
}
