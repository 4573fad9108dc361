namespace AppStatus.Integration.Tests.Lab;

/// <summary>The real clock, moved forward: calendar time and timestamps jump, timers run on.</summary>
internal sealed class ShiftedTime : TimeProvider
{
    private TimeSpan _shift;

    public void Advance(TimeSpan by) => _shift += by;

    public override DateTimeOffset GetUtcNow() => System.GetUtcNow() + _shift;

    public override long GetTimestamp() => System.GetTimestamp() + (long)(_shift.TotalSeconds * TimestampFrequency);
}
