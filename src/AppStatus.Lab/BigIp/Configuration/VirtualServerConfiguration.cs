using AppStatus.Lab.BigIp.Model;

namespace AppStatus.Lab.BigIp.Configuration;

internal sealed record VirtualServerConfiguration
{
    public required string Name { get; init; }

    public string Partition { get; init; } = FullPath.CommonPartition;

    /// <summary>On loopback; 0 takes a free one.</summary>
    public int Port { get; init; }

    public string? Pool { get; init; }

    /// <summary><c>cookie</c>, or none.</summary>
    public string? Persistence { get; init; }

    public IReadOnlyList<string> Rules { get; init; } = [];

    /// <summary>Local traffic policies, by name. They are shown, and choose nothing.</summary>
    public IReadOnlyList<string> Policies { get; init; } = [];
}
