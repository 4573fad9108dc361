namespace AppStatus.Core.Deployments.Execution.Steps;

/// <summary>Quick at first, when most waits end, then a twentieth of the time that has passed, up to a second.</summary>
internal static class PollInterval
{
    private static readonly TimeSpan Shortest = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(1);

    public static TimeSpan After(TimeSpan elapsed)
    {
        TimeSpan share = TimeSpan.FromTicks(elapsed.Ticks / 20);
        return share < Shortest ? Shortest : share > Longest ? Longest : share;
    }
}
