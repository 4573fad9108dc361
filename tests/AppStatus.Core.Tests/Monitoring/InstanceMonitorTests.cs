using AppStatus.Core.Monitoring;
using AppStatus.Core.Monitoring.Alerts;
using AppStatus.Core.Monitoring.Metrics;
using AppStatus.Core.Monitoring.Metrics.Expressions;
using AppStatus.Core.Monitoring.Notification;
using AppStatus.Core.Tests.Clocks;
using AppStatus.Core.Tests.Monitoring.Metrics;

namespace AppStatus.Core.Tests.Monitoring;

public sealed class InstanceMonitorTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromHours(1);
    private static readonly AlertRule Busy = new() { Name = "busy", Metric = "x", GreaterThan = 50, ForSec = 5 };

    private readonly ManualTimeProvider _time = new();
    private readonly RecordingObserver _observer;

    public InstanceMonitorTests() => _observer = new RecordingObserver(_time);

    [Fact]
    public async Task It_reads_at_each_beat_and_judges_what_it_read()
    {
        var source = new ScriptedSource(_time, 10, 60, 70, 40);

        await RunAsync(new(TimeSpan.FromSeconds(5)) { Count = 4 }, source, Busy);

        _observer.Said.ShouldBe(["0 a=10", "5 a=60", "10 a=70", "10 busy Firing a", "15 a=40", "15 busy Cleared a"]);
    }

    [Fact]
    public async Task A_slow_source_skips_beats_keeps_to_them_and_is_never_asked_twice_at_a_time()
    {
        var source = new ScriptedSource(_time, 10) { Takes = number => TimeSpan.FromSeconds(number == 2 ? 12 : 1) };

        await RunAsync(new(TimeSpan.FromSeconds(5)) { Count = 5 }, source, limitSec: 30);

        source.At.Select(at => (at - source.At[0]).TotalSeconds).ShouldBe([0, 5, 20, 25, 30]);
        source.MostAtOnce.ShouldBe(1);
    }

    [Fact]
    public async Task A_source_that_hangs_is_no_data_and_the_rule_fires_for_it()
    {
        var source = new ScriptedSource(_time, 10) { Takes = number => TimeSpan.FromSeconds(number == 1 ? 0 : 100000), IgnoresTheToken = true };

        await RunAsync(new(TimeSpan.FromSeconds(5)) { Count = 6 }, source, Busy with { NoDataSec = 15 }, limitSec: 2);

        _observer.Said.Count(said => said.EndsWith("a=none", StringComparison.Ordinal)).ShouldBe(5);
        _observer.Said.ShouldContain("25 busy Firing a");
        source.Reads.ShouldBe(2);
    }

    [Fact]
    public async Task A_feed_that_is_slow_delays_no_other()
    {
        var slow = new ScriptedSource(_time, 1) { Takes = _ => TimeSpan.FromSeconds(60) };
        var quick = new ScriptedSource(_time, 60);
        using var monitor = new InstanceMonitor([Feed(slow, "a", 100), Feed(quick, "b", 100, Busy)], [], _observer, _time);

        await _time.RunAsync(Finished(monitor.RunAsync(new(TimeSpan.FromSeconds(5)) { Count = 3 }, CancellationToken.None)), Limit);

        _observer.Said.ShouldContain("5 busy Firing b");
    }

    [Fact]
    public async Task It_ends_at_the_end_of_its_time()
    {
        var source = new ScriptedSource(_time, 1);

        await RunAsync(new(TimeSpan.FromSeconds(5)) { Duration = TimeSpan.FromSeconds(12) }, source);

        source.Reads.ShouldBe(3);
        _time.Elapsed.ShouldBe(TimeSpan.FromSeconds(12));
    }

    [Fact]
    public async Task It_ends_by_its_token_and_leaves_nothing()
    {
        var source = new ScriptedSource(_time, 1);
        using var stop = new CancellationTokenSource();
        var notifier = new RecordingNotifier();
        var monitor = new InstanceMonitor([Feed(source, "a", 5, Busy)], [(notifier, TimeSpan.Zero)], _observer, _time);
        Task run = monitor.RunAsync(new(TimeSpan.FromSeconds(5)), stop.Token);
        _time.Advance(TimeSpan.FromSeconds(11));

        stop.Cancel();

        await Should.ThrowAsync<OperationCanceledException>(run);
        _time.Waiting.ShouldBe(0);
        source.Reads.ShouldBe(3);
        monitor.Dispose();
        (source.Disposed, notifier.Disposed).ShouldBe((true, true));
    }

    [Fact]
    public async Task A_channel_hears_of_what_fires_and_clears_each_once()
    {
        var notifier = new RecordingNotifier();

        await RunAsync(new(TimeSpan.FromSeconds(5)) { Count = 5 }, new ScriptedSource(_time, 60, 60, 60, 40, 40), Busy, notifier: notifier);

        notifier.Sent.SelectMany(sent => sent.Alerts).Select(alert => alert.State).ShouldBe([AlertState.Firing, AlertState.Cleared]);
        _observer.Notified.ShouldAllBe(result => result.Delivered);
    }

    [Fact]
    public async Task A_channel_that_fails_is_told_of_and_tried_again_and_the_watch_goes_on()
    {
        var notifier = new RecordingNotifier { Answer = static (number, _) => Task.FromResult(number == 1 ? NotificationResult.Failed("test", "it is down") : new NotificationResult("test", null)) };

        await RunAsync(new(TimeSpan.FromSeconds(5)) { Count = 12 }, new ScriptedSource(_time, 60), Busy, notifier: notifier);

        _observer.Notified.Select(result => result.Delivered).ShouldBe([false, true]);
        (notifier.Sent[1].At - notifier.Sent[0].At).TotalSeconds.ShouldBeGreaterThanOrEqualTo(30);
        _observer.Said.Count(said => said.EndsWith("a=60", StringComparison.Ordinal)).ShouldBe(12);
    }

    [Fact]
    public async Task A_channel_that_hangs_stops_nothing_and_is_cut_off_at_the_end()
    {
        var never = new TaskCompletionSource<NotificationResult>();
        var notifier = new RecordingNotifier { Answer = (_, _) => never.Task };
        var guarded = new GuardedNotifier(notifier, "test", TimeSpan.FromSeconds(1000), _time);

        await RunAsync(new(TimeSpan.FromSeconds(5)) { Count = 6 }, new ScriptedSource(_time, 60), Busy, notifier: guarded);

        _observer.Said.Count(said => said.EndsWith("a=60", StringComparison.Ordinal)).ShouldBe(6);
        _observer.Notified.ShouldHaveSingleItem().Fault.ShouldNotBeNull().Message.ShouldContain("stopped");
        _time.Elapsed.ShouldBe(TimeSpan.FromSeconds(25) + InstanceMonitor.LastWords);
    }

    [Fact]
    public async Task What_fired_at_the_last_moment_is_told_before_it_ends()
    {
        var notifier = new RecordingNotifier();
        using var stop = new CancellationTokenSource();
        _observer.WhenAlerted = _ => stop.Cancel();
        using var monitor = new InstanceMonitor([Feed(new ScriptedSource(_time, 60), "a", 5, Busy)], [(notifier, TimeSpan.Zero)], _observer, _time);

        await Should.ThrowAsync<OperationCanceledException>(_time.RunAsync(Finished(monitor.RunAsync(new(TimeSpan.FromSeconds(5)), stop.Token)), Limit));

        notifier.Sent.ShouldHaveSingleItem();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_notifier_that_breaks_its_promise_is_a_result(bool hangs)
    {
        var notifier = new RecordingNotifier { Answer = (_, _) => hangs ? new TaskCompletionSource<NotificationResult>().Task : throw new InvalidOperationException("https://secret") };
        using var guarded = new GuardedNotifier(notifier, "test", TimeSpan.FromSeconds(3), _time);

        NotificationResult result = await _time.RunAsync(guarded.SendAsync(AlertNotification.Of("s", "t", AlertSeverity.Info, default), CancellationToken.None), Limit);

        result.Fault.ShouldNotBeNull().ToString().ShouldNotContain("secret");
        result.Fault.ToString().ShouldContain(hangs ? "3 s" : "InvalidOperationException");
    }

    private Task RunAsync(MonitorSchedule schedule, ScriptedSource source, AlertRule? rule = null, INotifier? notifier = null, double limitSec = 5)
    {
        var monitor = new InstanceMonitor([Feed(source, "a", limitSec, rule is null ? [] : [rule])], notifier is null ? [] : [(notifier, TimeSpan.FromSeconds(300))], _observer, _time);
        return _time.RunAsync(Finished(monitor.RunAsync(schedule, CancellationToken.None)), Limit);
    }

    private MonitorFeed Feed(IMetricSource source, string name, double limitSec, params AlertRule[] rules) => new(
        new GuardedMetricSource(source, _time),
        new MetricRequest([new MetricTarget(name, name, 80)], [MetricExpression.Named("x")], TimeSpan.FromSeconds(limitSec)),
        rules);

    private static async Task<bool> Finished(Task work)
    {
        await work;
        return true;
    }
}
