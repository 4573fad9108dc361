namespace AppStatus.Lab.BigIp.Model;

/// <summary>A host; disabling it disables its members in all pools.</summary>
internal sealed record Node(FullPath Name, string Address)
{
    public AdministrativeState Administrative { get; init; }

    public string? Description { get; init; }

    public string? Fqdn { get; init; }

    public bool IsEphemeral { get; init; }
}
