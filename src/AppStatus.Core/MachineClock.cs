namespace AppStatus.Core;

/// <summary>
/// The machine's clock, for the cmdlets. They must not name TimeProvider: in their assembly's load context, the name could
/// bind to another module's copy of it, a different type from the one that Core knows.
/// </summary>
internal static class MachineClock
{
    public static DateTimeOffset UtcNow => TimeProvider.System.GetUtcNow();

    /// <summary>A source that is cancelled after so long, and may be disposed before.</summary>
    public static CancellationTokenSource CreateCancellationTokenSource(TimeSpan delay) => TimeProvider.System.CreateCancellationTokenSource(delay);

    public static Task DelayAsync(TimeSpan delay, CancellationToken cancellationToken) => TimeProvider.System.DelayAsync(delay, cancellationToken);
}
