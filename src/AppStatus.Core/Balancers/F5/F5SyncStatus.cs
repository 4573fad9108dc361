namespace AppStatus.Core.Balancers.F5;

/// <summary>Whether the units of a device group have the same configuration.</summary>
public sealed record F5SyncStatus
{
    /// <summary>The group, as a full path; empty for a unit on its own.</summary>
    public string DeviceGroup { get; init; } = "";

    /// <summary>The device's word, such as <c>In Sync</c>, <c>Changes Pending</c>, <c>Standalone</c>.</summary>
    public string Status { get; init; } = "";

    /// <summary><c>green</c>, <c>yellow</c>, <c>red</c>, <c>gray</c>, <c>blue</c>.</summary>
    public string Color { get; init; } = "";

    public string Summary { get; init; } = "";

    /// <summary>The balancer's id.</summary>
    public required string Balancer { get; init; }

    internal bool IsInSync => Status.Equals("In Sync", StringComparison.OrdinalIgnoreCase);

    internal bool IsAlone => Status.Equals("Standalone", StringComparison.OrdinalIgnoreCase);

    public override string ToString() => $"{DeviceGroup}: {Status}";
}
