namespace AppStatus.Lab.BigIp.Model;

/// <summary>A host; disabling it disables its members in all pools.</summary>
internal sealed record Node(FullPath Name, string Address)
{
    public AdministrativeState Administrative { get; init; }

    /// <summary>1 to 100; looked at by <c>ratio-node</c>.</summary>
    public int Ratio { get; init; } = 1;

    public string? Description { get; init; }

    public string? Fqdn { get; init; }

    public bool IsEphemeral { get; init; }
}
