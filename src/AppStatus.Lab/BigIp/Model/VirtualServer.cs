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

    /// <summary>Local traffic policies; shown, never run.</summary>
    public ImmutableArray<FullPath> Policies { get; init; } = [];

    /// <summary>Shown only: the lab speaks HTTP whatever they say.</summary>
    public ImmutableArray<AttachedProfile> Profiles { get; init; } = [AttachedProfile.Default];

    /// <summary>The address that members see; shown, never used on loopback.</summary>
    public string SourceTranslation { get; init; } = "none";
}
