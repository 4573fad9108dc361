using System.Text.Json;
using System.Text.Json.Serialization;

namespace AppStatus.Lab.BigIp.Configuration;

/// <summary>What the simulator starts with; the JSON file has the same names in camel case.</summary>
internal sealed record BigIpConfiguration
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        ReadCommentHandling = JsonCommentHandling.Skip,
        AllowTrailingCommas = true,
    };

    /// <summary>Of the control plane; 0 takes a free one.</summary>
    public int Port { get; init; }

    public string User { get; init; } = "admin";

    public string Password { get; init; } = "admin";

    public string HostName { get; init; } = "bigip1.lab.example";

    /// <summary>With 11 the answers take the shapes of version 11.</summary>
    public string Version { get; init; } = "17.1.1";

    /// <summary>Makes the device one of a group, with changes to be synchronised.</summary>
    public string? DeviceGroup { get; init; }

    public IReadOnlyList<PoolConfiguration> Pools { get; init; } = [];

    public IReadOnlyList<VirtualServerConfiguration> VirtualServers { get; init; } = [];

    public IReadOnlyList<MonitorConfiguration> Monitors { get; init; } = [];

    /// <exception cref="IOException">The file can't be read.</exception>
    /// <exception cref="JsonException">The file is not such a configuration.</exception>
    public static BigIpConfiguration Load(string path) =>
        JsonSerializer.Deserialize<BigIpConfiguration>(File.ReadAllText(path), Json) ?? throw new JsonException($"'{path}' holds null.");
}
