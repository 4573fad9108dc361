using AppStatus.Core.Balancers;

namespace AppStatus.Core.Status;

/// <summary>What is known of an instance before its status URI is.</summary>
/// <param name="Name">What it is called in output.</param>
/// <param name="Address">A host name or an address; IPv6 without brackets.</param>
/// <param name="Port">1–65535; null where it is not known.</param>
internal sealed record StatusTargetSource(string Name, string Address, int? Port)
{
    /// <summary>The URI that it came with: the instance's root, or already its status URI.</summary>
    public Uri? Uri { get; init; }

    /// <summary>The host's name; where there is none, the address.</summary>
    public string ComputerName { get; init; } = "";

    public PoolMember? Member { get; init; }

    /// <summary>Typed by a person: its port is meant, and -Port fills in only where it has none.</summary>
    public bool Typed { get; init; }
}
