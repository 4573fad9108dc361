using System.Collections.Immutable;

namespace AppStatus.Lab.BigIp.Model;

/// <summary>The whole configuration. Immutable: a transaction works on a copy, and a reader never sees half of a change.</summary>
internal sealed record DeviceState(string HostName, string Version)
{
    public ImmutableSortedDictionary<FullPath, Pool> Pools { get; init; } = ImmutableSortedDictionary.Create<FullPath, Pool>(FullPath.Order);

    public ImmutableSortedDictionary<FullPath, Node> Nodes { get; init; } = ImmutableSortedDictionary.Create<FullPath, Node>(FullPath.Order);

    public ImmutableSortedDictionary<FullPath, VirtualServer> VirtualServers { get; init; } = ImmutableSortedDictionary.Create<FullPath, VirtualServer>(FullPath.Order);

    public ImmutableSortedDictionary<FullPath, HttpMonitor> Monitors { get; init; } = ImmutableSortedDictionary.Create<FullPath, HttpMonitor>(FullPath.Order);

    public bool IsStandby { get; init; }

    /// <summary>Null for a device on its own.</summary>
    public string? DeviceGroup { get; init; }

    /// <summary>Something has changed that the other devices of the group haven't got.</summary>
    public bool HasUnsyncedChanges { get; init; }

    /// <summary>Something has changed that would be lost in a reboot.</summary>
    public bool HasUnsavedChanges { get; init; }

    /// <summary>Version 11 answers in shapes of its own.</summary>
    public bool IsVersion11 => Version.StartsWith("11.", StringComparison.Ordinal);

    public bool IsNodeTakingNew(PoolMember member) => !Nodes.TryGetValue(member.Node, out var node) || node.Administrative.TakesNew;

    public DeviceState AfterWrite() => this with { HasUnsavedChanges = true, HasUnsyncedChanges = DeviceGroup is not null };
}
