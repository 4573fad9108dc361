namespace AppStatus.Core;

/// <summary>A token that is cancelled some time after another: for the answer to what can't be called back any more.</summary>
internal sealed class LateCancellation : IDisposable
{
    private readonly CancellationTokenSource _source = new();
    private readonly CancellationTokenRegistration _registration;
    private ITimer? _timer;

    /// <param name="delay">How long after the other one.</param>
    /// <param name="time">Whose time that is.</param>
    /// <param name="first">The token that it follows.</param>
    public LateCancellation(TimeSpan delay, TimeProvider time, CancellationToken first) =>
        _registration = first.Register(() => _timer = time.CreateTimer(static source => ((CancellationTokenSource)source!).Cancel(), _source, delay, Timeout.InfiniteTimeSpan));

    public CancellationToken Token => _source.Token;

    /// <summary>The source itself is left alone: the timer may be cancelling it, and without a wait handle it holds nothing.</summary>
    public void Dispose()
    {
        _registration.Dispose();
        _timer?.Dispose();
    }
}
