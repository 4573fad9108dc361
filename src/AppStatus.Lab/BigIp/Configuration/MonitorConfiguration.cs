using AppStatus.Lab.BigIp.Model;

namespace AppStatus.Lab.BigIp.Configuration;

internal sealed record MonitorConfiguration
{
    public required string Name { get; init; }

    public string Partition { get; init; } = FullPath.CommonPartition;

    /// <summary>The short way to <see cref="Send"/>.</summary>
    public string Path { get; init; } = "/appstatus";

    public string? Send { get; init; }

    /// <summary>A regular expression; in the status-driven system <c>ready</c>.</summary>
    public string Recv { get; init; } = "";

    /// <summary>Seconds; fractions make rehearsals short.</summary>
    public double Interval { get; init; } = 5;

    /// <summary>Seconds; by default three intervals and one second, as F5 advises.</summary>
    public double? Timeout { get; init; }
}
