using AppStatus.Core.Deployments;
using AppStatus.Core.Monitoring.Alerts;
using AppStatus.Core.Monitoring.Metrics;
using AppStatus.Core.Monitoring.Notification;
using AppStatus.Core.Status;
using AppStatus.Core.Verification;

namespace AppStatus.Core.Monitoring;

/// <summary>
/// Alert rules over a deployment. All instances are read from the beginning, so that rates and durations are known; but a rule
/// counts only for what runs the new release, and for what it does since then.
/// </summary>
internal sealed class ReleaseWatch(IReadOnlyList<AlertRule> rules, TimeSpan interval, Action<string> say, TimeProvider time) : IReleaseWatch
{
    private const int Parallel = 32;

    /// <summary>On the machine's clock.</summary>
    /// <param name="say">Takes what went wrong with the watching itself, for people.</param>
    public ReleaseWatch(IReadOnlyList<AlertRule> rules, TimeSpan interval, Action<string> say)
        : this(rules, interval, say, TimeProvider.System)
    {
    }

    public async Task WatchAsync(IReadOnlyList<Instance> all, Func<IReadOnlyList<Instance>> released, Action<string, Instance?, string> fired, CancellationToken cancellationToken)
    {
        if (all.Count == 0) return;
        Instance[] distinct = [.. all.GroupBy(instance => (instance.Name, instance.Address, instance.Port)).Select(same => same.First())];
        StatusTargetSource[] sources = [.. distinct.Select(instance => new StatusTargetSource(instance.Name, instance.Address, instance.Port) { ComputerName = instance.ComputerName, Uri = instance.Uri })];
        var bench = new Bench(rules, distinct, released, fired, say, time);
        using InstanceMonitor monitor = InstanceMonitor.Create(sources, new MetricSourceOptions(), [], rules, [], Parallel, bench, time);
        bench.Monitor = monitor;
        await monitor.RunAsync(new MonitorSchedule(interval), cancellationToken).ConfigureAwait(false);
    }

    /// <summary>What fires, weighed against who is released.</summary>
    private sealed class Bench(
        IReadOnlyList<AlertRule> rules, Instance[] all, Func<IReadOnlyList<Instance>> released, Action<string, Instance?, string> fired, Action<string> say, TimeProvider time) : IMonitorObserver
    {
        private readonly Dictionary<(string, string, int?), Instance> _byTarget = all.ToDictionary(instance => (instance.Name, instance.Address, (int?)instance.Port));
        private readonly Dictionary<string, DateTimeOffset> _since = new(StringComparer.Ordinal);
        private readonly HashSet<(string Rule, string Instance)> _told = [];
        private readonly HashSet<(string, string)> _silent = [];

        public InstanceMonitor? Monitor { get; set; }

        public void OnReading(MetricReading reading)
        {
            DateTimeOffset now = time.GetUtcNow();
            foreach (Instance instance in released())
                if (!_since.ContainsKey(Key(instance))) _since[Key(instance)] = now;
            Note(reading);
            if (!_byTarget.TryGetValue((reading.Target.Name, reading.Target.Address, reading.Target.Port), out Instance? read) || !_since.TryGetValue(Key(read), out DateTimeOffset since)) return;
            foreach (Alert alert in Monitor!.Firing.Where(alert => alert.Instance == reading.Target.Name)) Weigh(alert, read, since, now);
        }

        public void OnAlert(Alert alert, MetricTarget target)
        {
            if (!_byTarget.TryGetValue((target.Name, target.Address, target.Port), out Instance? instance)) return;
            if (alert.State != AlertState.Firing) _told.Remove((alert.Rule, Key(instance)));
            else if (_since.TryGetValue(Key(instance), out DateTimeOffset since)) Weigh(alert, instance, since, time.GetUtcNow());
        }

        public void OnNotified(NotificationResult result, IReadOnlyList<Alert> alerts)
        {
            // This monitor has no channels: who hears of what is told from the journal.
        }

        // What was wrong before the release came must be wrong for as long again: it was the old process that it was seen of.
        private void Weigh(Alert alert, Instance instance, DateTimeOffset since, DateTimeOffset now)
        {
            TimeSpan needed = TimeSpan.FromSeconds(rules.First(rule => rule.Name == alert.Rule).ForSec);
            bool ofNow = alert.Since >= since || now - since >= (needed > TimeSpan.Zero ? needed : TimeSpan.FromTicks(1));
            if (ofNow && _told.Add((alert.Rule, Key(instance)))) fired(alert.Rule, instance, alert.Message);
        }

        private void Note(MetricReading reading)
        {
            (string, string) key = (reading.Target.Key, reading.Metric);
            if (reading.Sample is not null) _silent.Remove(key);
            else if (!reading.WarmingUp && _silent.Add(key)) say($"No data for an alert rule: {reading.Fault}");
        }

        private static string Key(Instance instance) => $"{instance.Name}|{instance.Address}:{instance.Port}";
    }
}
