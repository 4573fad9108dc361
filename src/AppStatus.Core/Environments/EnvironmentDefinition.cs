using System.Text.Json.Serialization;
using AppStatus.Core.Containers;

namespace AppStatus.Core.Environments;

/// <summary>
/// What an environment is to be. Where a port is 0 a free one is chosen when it first comes up; from then on the definition that the parts
/// carry has it.
/// </summary>
public sealed record EnvironmentDefinition
{
    /// <summary>Small letters, digits and hyphens, 1–32.</summary>
    public string Name { get; init; } = "lab";

    public EnvironmentProvider Provider { get; init; }

    /// <summary>docker, podman, or a path; empty: the first that answers.</summary>
    public string Engine { get; init; } = "";

    /// <summary>How many application instances, 1–64.</summary>
    public int Instances { get; init; } = 4;

    /// <summary>What the instances run first; for processes <c>lab:TAG</c>, whose tag is the version.</summary>
    public string Image { get; init; } = "";

    /// <summary>Arguments for the image's entry point; <see cref="Placeholders"/> are replaced.</summary>
    public IReadOnlyList<string> Arguments { get; init; } = [];

    /// <summary>Variables of each instance; <see cref="Placeholders"/> are replaced.</summary>
    public IReadOnlyDictionary<string, string> Environment { get; init; } = new Dictionary<string, string>(StringComparer.Ordinal);

    /// <summary>More options for the engine's <c>create</c>, such as <c>--memory 512m</c>.</summary>
    public IReadOnlyList<string> RunArguments { get; init; } = [];

    /// <summary>Where all ports are published and reached: of the machine where the parts run.</summary>
    public string Address { get; init; } = "127.0.0.1";

    /// <summary>Where the users' requests come in.</summary>
    public int Port { get; init; }

    /// <summary>Of the balancer's runtime or management interface, on <see cref="AdminAddress"/>.</summary>
    public int AdminPort { get; init; }

    /// <summary>HAProxy's runtime API knows no authentication, so it is kept to the machine.</summary>
    public string AdminAddress { get; init; } = "127.0.0.1";

    /// <summary>The first instance's published port; the others follow it. 0: free ones.</summary>
    public int FirstPort { get; init; }

    /// <summary>The published port of each instance, once it is known.</summary>
    public IReadOnlyList<int> Ports { get; init; } = [];

    /// <summary>Where the application listens inside its container.</summary>
    public int ContainerPort { get; init; } = 8080;

    /// <summary>A network of its own (<c>bridge</c>), or the machine's (<c>host</c>), where each instance listens at its published port.</summary>
    public string Network { get; init; } = "bridge";

    /// <summary>What the balancer asks each instance.</summary>
    public string StatusPath { get; init; } = "/appstatus";

    /// <summary>A regular expression that the answer's body must match for traffic; empty: 200 suffices.</summary>
    public string Expect { get; init; } = "^ready|\"status\" *: *\"ready\"";

    public EnvironmentBalancer Balancer { get; init; }

    public string BalancerImage { get; init; } = "docker.io/library/haproxy:lts";

    /// <summary>The pool's name.</summary>
    public string Backend { get; init; } = "app";

    /// <summary>Whether a Redis belongs to it.</summary>
    public bool Redis { get; init; }

    public string RedisImage { get; init; } = "docker.io/library/redis:7";

    public int RedisPort { get; init; }

    /// <summary>Seconds that an instance has for its last requests when it is replaced, 0–3600.</summary>
    public int StopTimeoutSec { get; init; } = 30;

    /// <summary>What <see cref="Arguments"/> and <see cref="Environment"/> may hold.</summary>
    internal static IReadOnlyList<string> Placeholders { get; } = ["{Name}", "{Port}", "{Tag}", "{Status}", "{Redis}", "{Environment}"];

    [JsonIgnore]
    internal bool OnHostNetwork => Network == "host";

    [JsonIgnore]
    internal bool NeedsRedis => Redis || Balancer == EnvironmentBalancer.RedisTable;

    [JsonIgnore]
    internal ImageReference FirstImage => ImageReference.Parse(Image);

    /// <summary>The instances' names, in order.</summary>
    internal IEnumerable<string> InstanceNames => Enumerable.Range(1, Instances).Select(number => FormattableString.Invariant($"{Backend}{number}"));

    internal bool HasPart(string name) => name is EnvironmentPart.RedisName or EnvironmentPart.BalancerName || InstanceNames.Contains(name, StringComparer.Ordinal);

    internal int PortOf(string instance) => Ports[InstanceNames.ToList().IndexOf(instance)];
}
