using AppStatus.Core.Deployments;
using AppStatus.Core.Deployments.Execution;
using AppStatus.Core.Errors;
using AppStatus.Core.Verification;

namespace AppStatus.Core.Tests.Simulation;

/// <summary>The hosts' side: their status endpoints, and what a deploy does to them.</summary>
internal sealed class SimulatedApplication(SimulatedWorld world, ApplicationFaults faults)
    : IHealthProbe, IDeployAction, IInstanceHook
{
    public async Task<HealthReading> ReadAsync(Instance instance, Uri statusUri, string release, CancellationToken cancellationToken)
    {
        SimulatedHost host = Of(instance);
        await world.Clock.DelayAsync(world.Dice.Seconds(0, 0.05), cancellationToken);
        if (world.Dice.Chance(faults.ProbeLost)) return new HealthReading(Healthy: false, "", RunsExpected: false, "No answer.");
        bool expected = instance.ExpectedVersion.Length == 0 || host.Version == instance.ExpectedVersion;
        return new HealthReading(host.Healthy, host.Version, expected, host.Healthy ? "200" : "503");
    }

    public async Task DeployAsync(Instance instance, string release, int attempt, CancellationToken cancellationToken)
    {
        SimulatedHost host = Of(instance);
        world.CallsUnderWay++;
        try
        {
            world.DeployBegun?.Invoke(host, attempt);
            world.SetHealth(host, healthy: false);
            await world.Clock.DelayAsync(world.Dice.LogNormal(faults.DeployMedian, 0.6), cancellationToken);
            DeployFault fault = faults.OnDeploy?.Invoke(host, attempt)
                ?? (world.Dice.Chance(faults.DeployFails) ? world.Dice.Pick(Enum.GetValues<DeployFault>()) : DeployFault.None);
            switch (fault)
            {
                case DeployFault.FailsUntouched:
                    world.SetHealth(host, healthy: true);
                    throw new AppStatusException(ErrorId.DeployFailed, "exit code 1");
                case DeployFault.FailsBroken:
                    throw new AppStatusException(ErrorId.DeployFailed, "exit code 2");
                case DeployFault.Throws:
                    throw new InvalidOperationException("a fault of the user's script");
                case DeployFault.Hangs:
                    await world.Clock.DelayAsync(TimeSpan.FromDays(30), cancellationToken);
                    break;
            }

            host.Version = fault == DeployFault.WrongVersion ? "0.9" : release;
            if (fault != DeployFault.NeverHealthy) world.After(world.Dice.Seconds(0, 6), () => world.SetHealth(host, healthy: true));
            host.Deployed++;
        }
        catch (OperationCanceledException)
        {
            // What was stopped needs a moment to end.
            await world.Clock.DelayAsync(world.Dice.Seconds(0, 2), CancellationToken.None);
            throw;
        }
        finally
        {
            world.CallsUnderWay--;
        }
    }

    public async Task RunAsync(Instance instance, string release, int attempt, CancellationToken cancellationToken)
    {
        await world.Clock.DelayAsync(world.Dice.Seconds(0, faults.HookMost), cancellationToken);
        if (world.Dice.Chance(faults.HookFails)) throw new AppStatusException(ErrorId.HookFailed, "The hook failed.");
    }

    private SimulatedHost Of(Instance instance) => world.Host($"{instance.Address}:{instance.Port}");
}

internal enum DeployFault
{
    None,
    FailsUntouched,
    FailsBroken,
    Throws,
    Hangs,
    WrongVersion,
    NeverHealthy,
}

internal sealed record ApplicationFaults
{
    public double DeployMedian { get; init; } = 5;

    public double DeployFails { get; init; }

    /// <summary>What a deploy to a host comes to, by its attempt; in place of chance.</summary>
    public Func<SimulatedHost, int, DeployFault>? OnDeploy { get; init; }

    public double ProbeLost { get; init; }

    public double HookFails { get; init; }

    /// <summary>The longest that a hook takes, in seconds.</summary>
    public double HookMost { get; init; } = 2;
}
