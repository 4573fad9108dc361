namespace AppStatus.Lab.BigIp.Configuration;

internal sealed record MemberConfiguration
{
    /// <summary>Address and port: <c>127.0.0.1:7001</c>, <c>10.1.1.1%1:80</c>, <c>::1.80</c>.</summary>
    public required string Address { get; init; }

    /// <summary>Host and port under another name: <c>web01:7001</c>. By default the address.</summary>
    public string? Name { get; init; }

    /// <summary><c>enabled</c>, <c>disabled</c> or <c>offline</c>.</summary>
    public string State { get; init; } = "enabled";

    public int Ratio { get; init; } = 1;

    public int PriorityGroup { get; init; }

    /// <summary>Makes the member a template, called this name; <see cref="Address"/> is then what the name resolves to, as an ephemeral member.</summary>
    public string? Fqdn { get; init; }
}
