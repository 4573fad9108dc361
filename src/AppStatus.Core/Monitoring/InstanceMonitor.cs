using AppStatus.Core.Monitoring.Alerts;
using AppStatus.Core.Monitoring.Metrics;
using AppStatus.Core.Monitoring.Notification;
using AppStatus.Core.Status;

namespace AppStatus.Core.Monitoring;

/// <summary>
/// Watches instances: reads every source at its beat, folds the readings into the rules, and tells observer and channels. It ends by its
/// schedule or its token, and then nothing of it runs any more; what alerts it still owes is told first, within <see cref="LastWords"/>.
/// </summary>
internal sealed class InstanceMonitor : IDisposable
{
    /// <summary>How long a stop may wait for notifications that are on their way.</summary>
    public static readonly TimeSpan LastWords = TimeSpan.FromSeconds(5);

    private readonly object _gate = new();
    private readonly IReadOnlyList<MonitorFeed> _feeds;
    private readonly IMonitorObserver _observer;
    private readonly TimeProvider _time;
    private readonly AlertBoard _board;
    private readonly IReadOnlyList<ChannelDispatcher> _channels;
    private readonly Dictionary<(string, string), Alert> _latest = [];
    private readonly DateTimeOffset _startedAt;
    private readonly long _started;

    /// <param name="feeds">What to read; they are disposed of with this.</param>
    /// <param name="channels">Who is told of alerts, each with how long it keeps quiet of what it has told.</param>
    public InstanceMonitor(IReadOnlyList<MonitorFeed> feeds, IReadOnlyList<(INotifier Notifier, TimeSpan RepeatInterval)> channels, IMonitorObserver observer, TimeProvider time)
    {
        _feeds = feeds;
        _observer = observer;
        _time = time;
        _board = new AlertBoard([.. feeds.SelectMany(feed => feed.Rules)]);
        _channels = [.. channels.Select(channel => new ChannelDispatcher(channel.Notifier, channel.RepeatInterval, Told))];
        _startedAt = time.GetUtcNow();
        _started = time.GetTimestamp();
    }

    /// <summary>The whole watch, out of what people say.</summary>
    /// <param name="instances">Who is watched.</param>
    /// <param name="options">How everything is read that is read in no way of its own.</param>
    /// <param name="metrics">What is read beside the rules' metrics; may be empty.</param>
    /// <param name="parallel">How many instances are read side by side.</param>
    /// <exception cref="Errors.AppStatusException">InvalidArgument, InvalidTarget or NotSupported; nothing is left open.</exception>
    public static InstanceMonitor Create(
        IReadOnlyList<StatusTargetSource> instances,
        MetricSourceOptions options,
        IReadOnlyList<string> metrics,
        IReadOnlyList<AlertRule> rules,
        IReadOnlyList<AlertChannel> channels,
        int parallel,
        IMonitorObserver observer,
        TimeProvider time) => new(
            MonitorFeed.Of(instances, options, metrics, rules, parallel, time),
            [.. channels.Select(channel => (channel.CreateNotifier(time), TimeSpan.FromSeconds(channel.RepeatIntervalSec)))],
            observer,
            time);

    /// <summary>On the machine's clock.</summary>
    public static InstanceMonitor Create(
        IReadOnlyList<StatusTargetSource> instances, MetricSourceOptions options, IReadOnlyList<string> metrics, IReadOnlyList<AlertRule> rules, IReadOnlyList<AlertChannel> channels, int parallel, IMonitorObserver observer) =>
        Create(instances, options, metrics, rules, channels, parallel, observer, TimeProvider.System);

    /// <summary>What fires now.</summary>
    public IReadOnlyList<Alert> Firing
    {
        get { lock (_gate) return _board.Firing; }
    }

    /// <summary>Time that nobody sets back: a rule's seconds are seconds.</summary>
    private DateTimeOffset Now => _startedAt + _time.GetElapsedTime(_started);

    public async Task RunAsync(MonitorSchedule schedule, CancellationToken cancellationToken)
    {
        // One feed that breaks its promise ends the watch, and so the others, rather than be missed.
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        try
        {
            await Task.WhenAll(_feeds.Select(feed => WatchAsync(feed, schedule, stop))).ConfigureAwait(false);
        }
        finally
        {
            await FinishAsync().ConfigureAwait(false);
        }
    }

    public void Dispose()
    {
        foreach (MonitorFeed feed in _feeds) feed.Dispose();
        foreach (ChannelDispatcher channel in _channels) channel.Dispose();
    }

    private async Task WatchAsync(MonitorFeed feed, MonitorSchedule schedule, CancellationTokenSource stop)
    {
        try
        {
            long started = _time.GetTimestamp();
            long beat = 0;
            bool warm = false;
            for (int done = 1; ; done++)
            {
                IReadOnlyList<MetricReading> readings = await feed.Source.ReadAsync(feed.Request, stop.Token).ConfigureAwait(false);
                // Who asks for so many readings wants as many of a rate, which the first is only the beginning of, and no more of the rest.
                if (!warm && schedule.Count is not null && readings.Any(reading => reading.WarmingUp)) done = 0;
                else Take(feed, readings);
                warm = true;
                if (done == schedule.Count) return;

                // The next beat that is not past: what a slow source has missed is not made up for.
                TimeSpan elapsed = _time.GetElapsedTime(started);
                beat = Math.Max(beat, elapsed.Ticks / schedule.Interval.Ticks) + 1;
                var due = TimeSpan.FromTicks(beat * schedule.Interval.Ticks);
                if (due > schedule.Duration)
                {
                    await _time.DelayAsync(schedule.Duration.Value - elapsed, stop.Token).ConfigureAwait(false);
                    return;
                }

                await _time.DelayAsync(due - elapsed, stop.Token).ConfigureAwait(false);
            }
        }
        catch
        {
            stop.Cancel();
            throw;
        }
    }

    private void Take(MonitorFeed feed, IReadOnlyList<MetricReading> readings)
    {
        lock (_gate)
        {
            DateTimeOffset now = Now;
            foreach (MetricReading reading in readings)
            {
                _observer.OnReading(reading);
                foreach (AlertRule rule in feed.Rules)
                {
                    if (rule.Metric.Trim() != reading.Metric || _board.Take(rule, reading, now) is not { } alert) continue;
                    _latest[alert.Key] = alert;
                    _observer.OnAlert(alert, reading.Target);
                }
            }

            foreach (ChannelDispatcher channel in _channels) channel.Offer([.. _latest.Values], now);
        }
    }

    private void Told(NotificationResult result, IReadOnlyList<Alert> alerts)
    {
        lock (_gate) _observer.OnNotified(result, alerts);
    }

    private async Task FinishAsync()
    {
        Alert[] latest;
        lock (_gate) latest = [.. _latest.Values];
        using CancellationTokenSource limit = _time.CreateCancellationTokenSource(LastWords);
        await Task.WhenAll(_channels.Select(channel => channel.FinishAsync(latest, Now, limit.Token))).ConfigureAwait(false);
        // Else its timer stays until it is due, on frameworks where the source does not own it.
        limit.Cancel();
    }
}
