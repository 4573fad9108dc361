using System.Globalization;
using AppStatus.Core.Errors;

namespace AppStatus.Core.Deployments;

internal static class DeploymentId
{
    private const string Format = "yyyyMMdd-HHmmssfff";

    public static AppStatusException NotFound(string id, string store) => new(
        ErrorId.DeploymentNotFound, $"There is no deployment '{SafeText.Of(id)}' in {store}.", "Get-Deployment lists those that there are; -Store or APPSTATUS_STORE names another store.", id);

    /// <summary>Whether it can be the id of a deployment, and not the way to another file or key.</summary>
    public static bool IsOne(string text) => text.Length > 0 && text.All(c => char.IsLetterOrDigit(c) || c is '-' or '_');

    /// <summary>Sorts behind every earlier one of its store, can be typed, and two machines don't make the same one.</summary>
    /// <param name="newest">The newest one of the store; null: it has none.</param>
    public static string New(DateTimeOffset now, string? newest)
    {
        DateTime time = now.UtcDateTime;
        // A clock that was set back, or another machine's that runs ahead, must not put the later one first.
        if (newest is not null && TimeOf(newest) is { } last && time < last.AddMilliseconds(1)) time = last.AddMilliseconds(1);
        return time.ToString(Format, CultureInfo.InvariantCulture) + "-" + Guid.NewGuid().ToString("N").Substring(0, 6);
    }

    private static DateTime? TimeOf(string id) =>
        id.Length > Format.Length && DateTime.TryParseExact(id.Substring(0, Format.Length), Format, CultureInfo.InvariantCulture, DateTimeStyles.None, out DateTime time) ? time : null;
}
