using AppStatus.Core.Deployments;
using AppStatus.Core.Deployments.Planning;
using AppStatus.Core.Errors;

namespace AppStatus.Commands.Deployments;

/// <summary>From what was typed to what the engine takes.</summary>
internal static class DeploymentOptionsReader
{
    /// <exception cref="AppStatusException"><see cref="ErrorId.InvalidArgument"/>.</exception>
    public static DeploymentOptions Read(DeploymentCmdlet typed)
    {
        // 1,5,20% arrives as one text or as three, as it was quoted.
        string batchSize = string.Join(",", typed.BatchSize);
        Check("BatchSize", () => BatchSchedule.Parse(batchSize));
        Check("MinimumHealthy", () => Quantity.Parse(typed.MinimumHealthy));
        return new DeploymentOptions
        {
            Release = typed.Release,
            ExpectedVersion = typed.ExpectedVersion ?? typed.Release,
            Reason = typed.Reason,
            BatchSize = batchSize,
            MinimumHealthy = typed.MinimumHealthy,
            MaxFailures = typed.MaxFailures,
            IncludeUnhealthy = typed.IncludeUnhealthy,
            DrainTimeout = Seconds(typed.DrainTimeoutSec),
            IdleConnections = typed.IdleConnections,
            OnDrainTimeout = typed.OnDrainTimeout,
            DrainWait = Seconds(typed.DrainWaitSec),
            DeployTimeout = Seconds(typed.DeployTimeoutSec),
            DeployRetry = typed.DeployRetry,
            Settle = Seconds(typed.SettleSec),
            Stable = Seconds(typed.StableSec),
            HealthyDeadline = Seconds(typed.HealthyDeadlineSec),
            MonitorDelay = Seconds(typed.MonitorDelaySec),
            Bake = Seconds(typed.BakeSec),
            FirstBake = Seconds(typed.FirstBakeSec ?? typed.BakeSec),
            MaxMismatched = typed.MaxMismatched,
            StopGrace = Seconds(typed.StopGraceSec),
            HasBeforeDrainHook = typed.BeforeDrain is not null,
            HasAfterRestoreHook = typed.AfterRestore is not null,
            HasVersionCheck = typed.VersionCheck is not null,
        };
    }

    private static TimeSpan Seconds(double seconds) => TimeSpan.FromSeconds(seconds);

    private static void Check<T>(string parameter, Func<T> parse)
    {
        try
        {
            parse();
        }
        catch (FormatException exception)
        {
            throw new AppStatusException(ErrorId.InvalidArgument, $"-{parameter}: {exception.Message} Nothing was touched.");
        }
    }
}
