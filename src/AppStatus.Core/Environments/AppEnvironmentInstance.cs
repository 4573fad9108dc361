using AppStatus.Core.Balancers;

namespace AppStatus.Core.Environments;

/// <summary>One application instance of an environment.</summary>
public sealed record AppEnvironmentInstance
{
    public required string Name { get; init; }

    public required string Address { get; init; }

    public required int Port { get; init; }

    public Uri Uri => InstanceUri.Of(Address, Port);

    /// <summary>What it runs: the image with its tag.</summary>
    public required string Image { get; init; }

    public required string Release { get; init; }

    public required bool Running { get; init; }

    /// <summary>The container's name, or the process' id.</summary>
    public required string Id { get; init; }

    public DateTimeOffset? Started { get; init; }

    /// <summary>Requests, or connections, that the balancer has sent to it since it counts; null: it does not count.</summary>
    public long? Requests { get; init; }

    /// <summary>Those of them that it answered with an error, or not at all; null: the balancer does not count.</summary>
    public long? Errors { get; init; }

    public override string ToString() => Name;
}
