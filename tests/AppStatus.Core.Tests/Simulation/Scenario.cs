using AppStatus.Core.Deployments;
using AppStatus.Core.Deployments.Planning;
using AppStatus.Core.Verification;

namespace AppStatus.Core.Tests.Simulation;

/// <summary>All that one seed decides before the run: the world, what is asked of it, and what will go wrong.</summary>
internal sealed record Scenario
{
    public required SimulatedWorld World { get; init; }

    public required DeploymentOptions Options { get; init; }

    public required SimulatedApplication Application { get; init; }

    /// <summary>The hosts that are piped in; their pools may have more members.</summary>
    public required IReadOnlyList<SimulatedHost> Piped { get; init; }

    /// <summary>The longest that one way to a balancer takes.</summary>
    public required TimeSpan MostLatency { get; init; }

    /// <summary>Nothing but what the deployment itself does changes this world, and nothing fails.</summary>
    public required bool Calm { get; init; }

    public TimeSpan? StopAt { get; init; }

    public int? JournalFailsFrom { get; init; }

    public Func<TimeSpan> JournalLatency { get; init; } = () => TimeSpan.Zero;

    public HealthGate Health => new(Application, World.Clock);

    public PlanningInput Observe() => new(
        [.. Piped.Select(host => Observe(host, Options.ExpectedVersion))],
        Piped.SelectMany(host => host.Entries).Select(entry => entry.Pool).Distinct()
            .ToDictionary(pool => pool, pool => World.Read(pool, counted: true)));

    private static ObservedInstance Observe(SimulatedHost host, string expected)
    {
        Uri uri = new($"http://{host.Address}:{host.Port}/appstatus");
        var instance = new Instance { Name = host.Name, Address = host.Address, Port = host.Port, Uri = uri, Version = host.Version, PreviousRelease = host.Version, ExpectedVersion = expected };
        return new ObservedInstance(host.Key, instance, uri, [.. host.Entries.Select(entry => entry.Snapshot(TimeSpan.Zero, counted: true))], host.Healthy);
    }
}
