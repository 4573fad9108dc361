using System.Globalization;
using AppStatus.Core.Errors;

namespace AppStatus.Core.Deployments.Leases;

internal static class LeaseFaults
{
    /// <param name="holder">Null where what is written down can't be read.</param>
    /// <param name="left">How long the lease lasts if it is not renewed; null for one that lasts as long as its process.</param>
    public static AppStatusException Locked(string key, LeaseHolder? holder, TimeSpan? left, TimeSpan waited)
    {
        string who = holder is null ? "a holder that can't be read" : Describe(holder);
        string end = left is { } time
            ? string.Format(CultureInfo.InvariantCulture, "If it has died, its lease ends in {0:0} s.", Math.Ceiling(time.TotalSeconds))
            : "It lives: a process that has died would hold it no more.";
        string after = waited > TimeSpan.FromSeconds(1) ? string.Format(CultureInfo.InvariantCulture, " after {0:0.#} s of waiting", waited.TotalSeconds) : "";
        string look = holder is { DeploymentId.Length: > 0 }
            ? $"Look at it with 'Get-Deployment {SafeText.Condensed(holder.DeploymentId)}', end it with Stop-Deployment, or wait longer for it with -LockTimeoutSec."
            : "Wait longer for it with -LockTimeoutSec, or end that process.";
        return new AppStatusException(ErrorId.PoolLocked, $"'{SafeText.Condensed(key)}' is still held{after} by {who}. {end} Nothing was touched.", look, key);
    }

    public static AppStatusException Lost(string deploymentId) => new(
        ErrorId.LeaseLost,
        $"The lease of deployment {deploymentId} is lost: another may change its pools now, so nothing was changed any more. It is interrupted where its journal ends.",
        $"Look at it with Get-Deployment {deploymentId}; when nobody drives it, type Resume-Deployment {deploymentId}.",
        deploymentId);

    public static AppStatusException Unavailable(string folder, string why, Exception? inner) => new(
        ErrorId.StoreUnavailable, $"The leases in {folder} can't be used: {why.TrimEnd('.')}. Nothing was touched.", "Free or mend the folder, or name another one with -Store or APPSTATUS_STORE.", folder, inner);

    public static string Describe(LeaseHolder holder)
    {
        string deployment = holder.DeploymentId.Length > 0 ? $", deployment {SafeText.Condensed(holder.DeploymentId)}" : "";
        string since = holder.Since.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture);
        return string.Format(CultureInfo.InvariantCulture, "{0} of {1} on {2} (pid {3}{4}), since {5} UTC",
            SafeText.Condensed(holder.Holder), SafeText.Condensed(holder.User), SafeText.Condensed(holder.Host), holder.ProcessId, deployment, since);
    }
}
