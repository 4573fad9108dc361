using System.Collections.Immutable;

namespace AppStatus.Lab.BigIp.Model;

/// <summary>An address that clients use. The lab listens on loopback, whatever address the destination names.</summary>
internal sealed record VirtualServer(FullPath Name, SocketName Destination)
{
    public FullPath? Pool { get; init; }

    public bool IsEnabled { get; init; } = true;

    /// <summary>Clients keep their member by a cookie, even while it is disabled.</summary>
    public bool HasCookiePersistence { get; init; }

    public string? Description { get; init; }

    /// <summary>Shown, never run.</summary>
    public ImmutableArray<string> Rules { get; init; } = [];
}
