namespace AppStatus.Core.Deployments;

/// <summary>One running copy of the application, as a deploy script sees it.</summary>
public sealed record Instance
{
    public required string Name { get; init; }

    public string ComputerName { get; init; } = "";

    public required string Address { get; init; }

    public required int Port { get; init; }

    public required Uri Uri { get; init; }

    /// <summary>The pool that it was piped in from; the first one where there are several; empty where there is none.</summary>
    public string Pool { get; init; } = "";

    /// <summary>What it reported when the deployment was planned; empty where it did not answer.</summary>
    public string Version { get; init; } = "";

    /// <summary>The release that it ran before this deployment.</summary>
    public string PreviousRelease { get; init; } = "";

    /// <summary>What it shall report when the lane is done; empty: its version is not checked.</summary>
    public string ExpectedVersion { get; init; } = "";

    public override string ToString() => Name;
}
