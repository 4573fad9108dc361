using System.Globalization;

namespace AppStatus.Core.Reporting;

/// <summary>Times as a person reads them.</summary>
internal static class Durations
{
    /// <summary><c>4.2 s</c>, <c>3 min 05 s</c>, <c>2 h 07 min</c>, <c>3 d 04 h</c>.</summary>
    public static string Of(TimeSpan time) =>
        time.TotalSeconds < 59.95 ? Text("{0:0.0} s", time.TotalSeconds, 0) : Long(TimeSpan.FromSeconds(Math.Round(time.TotalSeconds)));

    public static string Moment(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss 'UTC'", CultureInfo.InvariantCulture);

    private static string Long(TimeSpan time) => time switch
    {
        { TotalHours: < 1 } => Text("{0} min {1:00} s", Math.Floor(time.TotalMinutes), time.Seconds),
        { TotalDays: < 1 } => Text("{0} h {1:00} min", Math.Floor(time.TotalHours), time.Minutes),
        _ => Text("{0} d {1:00} h", Math.Floor(time.TotalDays), time.Hours),
    };

    private static string Text(string format, double first, int second) => string.Format(CultureInfo.InvariantCulture, format, first, second);
}
