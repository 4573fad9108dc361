using AppStatus.Core.Balancers;

namespace AppStatus.Core.Environments;

/// <summary>An environment as it was found: what runs, and where it is reached.</summary>
public sealed record AppEnvironment
{
    public required string Name { get; init; }

    public required EnvironmentProvider Provider { get; init; }

    /// <summary>docker or podman, or the path that was passed; empty for processes.</summary>
    public string Engine { get; init; } = "";

    /// <summary>Whether all of its parts run.</summary>
    public required EnvironmentState State { get; init; }

    /// <summary>The parts that are missing or do not run; empty when all do.</summary>
    public IReadOnlyList<string> Missing { get; init; } = [];

    /// <summary>Where users send their requests.</summary>
    public required Uri Uri { get; init; }

    /// <summary>What stands before the instances.</summary>
    public required EnvironmentBalancer Balancer { get; init; }

    /// <summary>Where its runtime or management interface is reached: what Connect-HAProxy, Connect-F5 or Connect-RedisBalancer take.</summary>
    public required Uri BalancerUri { get; init; }

    /// <summary>The balancer's pool.</summary>
    public required string Pool { get; init; }

    /// <summary>The environment's Redis; null: it has none.</summary>
    public Uri? Redis { get; init; }

    /// <summary>What the instances run: one release, or several in the middle of a deployment.</summary>
    public IReadOnlyList<string> Release { get; init; } = [];

    /// <summary>The image's name without its tag.</summary>
    public string Image { get; init; } = "";

    /// <summary>The tags of the image that can be started at once, the newest first: what Undo-Deployment -Release can go back to.</summary>
    public IReadOnlyList<string> Releases { get; init; } = [];

    public IReadOnlyList<AppEnvironmentInstance> Instances { get; init; } = [];

    /// <summary>The pool's members as the balancer has them; empty where it does not answer.</summary>
    public IReadOnlyList<PoolMember> Members { get; init; } = [];

    /// <summary>How many of the members get traffic.</summary>
    public int Serving => Members.Count(member => member.Serving);

    public override string ToString() => Name;
}
