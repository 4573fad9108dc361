using System.Globalization;

namespace AppStatus.Core.Deployments;

internal static class DeploymentId
{
    /// <summary>Sorts by time, can be typed, and two machines don't make the same one.</summary>
    public static string New(DateTimeOffset now) =>
        now.UtcDateTime.ToString("yyyyMMdd-HHmmss", CultureInfo.InvariantCulture) + "-" + Guid.NewGuid().ToString("N").Substring(0, 6);
}
