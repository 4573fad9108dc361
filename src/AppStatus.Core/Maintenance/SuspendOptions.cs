using AppStatus.Core.Deployments.Planning;

namespace AppStatus.Core.Maintenance;

/// <summary>How members are taken out for maintenance. The drain means what it means in a deployment.</summary>
internal sealed record SuspendOptions
{
    public string Reason { get; init; } = "";

    /// <summary>As many live connections, or fewer, count as idle.</summary>
    public int IdleConnections { get; init; }

    public TimeSpan DrainTimeout { get; init; } = TimeSpan.FromSeconds(300);

    /// <summary>Where connections are not counted.</summary>
    public TimeSpan DrainWait { get; init; } = TimeSpan.FromSeconds(30);

    public DrainTimeoutAction OnDrainTimeout { get; init; }

    /// <summary>Drained is enough.</summary>
    public bool NoWait { get; init; }

    public bool AllowEmptyPool { get; init; }
}
