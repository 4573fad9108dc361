using AppStatus.Core.Containers;

namespace AppStatus.Core.Environments;

/// <summary>One process or container of an environment, as it was found.</summary>
internal sealed record EnvironmentPart
{
    /// <summary>In the order in which they come up; they go down in reverse.</summary>
    public const string RedisName = "redis", BalancerName = "balancer";

    /// <summary>The environment's definition as the part carries it, with its ports.</summary>
    public required EnvironmentDefinition Definition { get; init; }

    /// <summary><see cref="RedisName"/>, <see cref="BalancerName"/>, or an instance's name.</summary>
    public required string Name { get; init; }

    /// <summary>What it is called where it runs: a container's name, a process' id.</summary>
    public required string Id { get; init; }

    /// <summary>The same whichever engine's client tells of it: docker's may speak to podman. Empty: there is but one who does.</summary>
    public string Key { get; init; } = "";

    public required bool Running { get; init; }

    /// <summary>The provider's word for how it is, such as <c>exited</c>.</summary>
    public string State { get; init; } = "";

    /// <summary>What it runs.</summary>
    public required ImageReference Image { get; init; }

    /// <summary>A replacement is under way, or was cut short: there are two of it.</summary>
    public bool BeingReplaced { get; init; }

    /// <summary>What it was started with; only of containers.</summary>
    public IReadOnlyDictionary<string, string> Variables { get; init; } = new Dictionary<string, string>(StringComparer.Ordinal);

    public DateTimeOffset? Started { get; init; }

    public bool IsInstance => Name is not (RedisName or BalancerName);

    /// <summary>The published port; 0 for what is no instance.</summary>
    public int Port => IsInstance ? Definition.PortOf(Name) : 0;
}
