namespace AppStatus.Core.Reporting;

/// <summary>How many members of a pool served, from when on.</summary>
internal sealed record CapacityCourse(string Pool, int Minimum, int Enabled, IReadOnlyList<CoursePoint> Points);

/// <summary>From this moment on it is so much; null: nothing can be said.</summary>
internal sealed record CoursePoint(DateTimeOffset At, double? Value);
