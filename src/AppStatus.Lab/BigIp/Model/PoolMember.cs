namespace AppStatus.Lab.BigIp.Model;

internal sealed record PoolMember(FullPath Name, FullPath Node, string Address, int Port)
{
    public const string TemplateAddress = "any6";

    public AdministrativeState Administrative { get; init; }

    /// <summary>1 to 100.</summary>
    public int Ratio { get; init; } = 1;

    public int PriorityGroup { get; init; }

    /// <summary>0 for none.</summary>
    public int ConnectionLimit { get; init; }

    /// <summary>False: the pool's monitor decides.</summary>
    public bool HasOwnMonitor { get; init; }

    /// <summary>The member's own monitor; null for none at all.</summary>
    public MonitorRule? Monitor { get; init; }

    public string? Description { get; init; }

    /// <summary>The name that the device resolves, of a template and of the members made from it.</summary>
    public string? Fqdn { get; init; }

    /// <summary>Made by the device from a template.</summary>
    public bool IsEphemeral { get; init; }

    public bool IsTemplate => Fqdn is not null && !IsEphemeral;
}
