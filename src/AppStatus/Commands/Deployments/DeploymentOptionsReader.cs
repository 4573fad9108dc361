using AppStatus.Core;
using AppStatus.Core.Deployments;
using AppStatus.Core.Deployments.Planning;
using AppStatus.Core.Errors;

namespace AppStatus.Commands.Deployments;

/// <summary>From what was typed to what the engine takes.</summary>
internal static class DeploymentOptionsReader
{
    /// <param name="interactive">Somebody is there to be asked.</param>
    /// <exception cref="AppStatusException"><see cref="ErrorId.InvalidArgument"/>.</exception>
    public static DeploymentOptions Read(DeploymentCmdlet typed, bool interactive)
    {
        // 1,5,20% arrives as one text or as three, as it was quoted.
        string batchSize = string.Join(",", typed.BatchSize);
        Check("BatchSize", () => BatchSchedule.Parse(batchSize));
        Check("MinimumHealthy", () => Quantity.Parse(typed.MinimumHealthy));
        ImageRelease? image = typed.Form.Image is { } named ? ImageRelease.Of(named, typed.Release, MachineClock.UtcNow) : null;
        string release = image?.Release ?? typed.Release;
        return new DeploymentOptions
        {
            Release = release,
            ExpectedVersion = typed.ExpectedVersion ?? release,
            DeployImage = image?.Repository ?? "",
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
            OnFailure = typed.OnFailure,
            ApproveAfter = typed.ApproveAfter.Length > 0 ? typed.ApproveAfter : typed.RequireApproval ? [1] : [],
            PauseTimeout = Seconds(typed.PauseTimeoutSec ?? (interactive ? 3600 : 0)),
            NotAfter = typed.NotAfter is { } closes ? new DateTimeOffset(closes) : null,
            ConfigSync = typed.ConfigSync,
            SaveConfig = typed.SaveConfig,
            HealthPath = typed.HealthPath ?? "",
            HostHeader = typed.HostHeader ?? "",
            Interval = Seconds(typed.IntervalSec),
            HasAlertRules = typed.AlertRule.Length > 0,
            HasChannel = typed.Channel.Length > 0,
            HasHealthCheck = typed.HealthCheck is not null,
            HasStatusCredential = typed.StatusCredential is not null || typed.StatusToken is not null,
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
