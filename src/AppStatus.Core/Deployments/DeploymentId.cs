using System.Globalization;
using AppStatus.Core.Errors;

namespace AppStatus.Core.Deployments;

internal static class DeploymentId
{
    public static AppStatusException NotFound(string id, string store) => new(
        ErrorId.DeploymentNotFound, $"There is no deployment '{SafeText.Of(id)}' in {store}.", "Get-Deployment lists those that there are; -Store or APPSTATUS_STORE names another store.", id);

    /// <summary>Sorts by time, can be typed, and two machines don't make the same one. To the millisecond: an undo may follow within the second, and what came first must be known.</summary>
    public static string New(DateTimeOffset now) =>
        now.UtcDateTime.ToString("yyyyMMdd-HHmmss-fff", CultureInfo.InvariantCulture) + Guid.NewGuid().ToString("N").Substring(0, 3);
}
