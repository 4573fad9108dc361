using AppStatus.Lab.BigIp.Model;

namespace AppStatus.Lab.BigIp.Monitoring;

/// <summary>
/// Probes each monitored member at its monitor's interval. One good answer makes it up; none for the monitor's timeout makes it down.
/// It follows the state, so members and monitors may come and go.
/// </summary>
internal sealed class MonitorLoop : IAsyncDisposable
{
    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(20);

    private readonly DeviceStore _store;
    private readonly HealthTable _health;
    private readonly TimeProvider _time;
    private readonly CancellationTokenSource _stopping = new();
    private readonly Dictionary<(MemberKey Member, FullPath Monitor), ProbeSchedule> _schedules = [];
    private readonly Task _running;
    private DeviceState? _followed;

    public MonitorLoop(DeviceStore store, HealthTable health, TimeProvider time)
    {
        _store = store;
        _health = health;
        _time = time;
        _running = Task.Run(RunAsync);
    }

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        await _running;
        _stopping.Dispose();
    }

    private async Task RunAsync()
    {
        using var ticks = new PeriodicTimer(Tick, _time);
        try
        {
            do
            {
                ProbeWhatIsDue(_store.Current);
            }
            while (await ticks.WaitForNextTickAsync(_stopping.Token));
        }
        catch (OperationCanceledException)
        {
            // Stopped.
        }
    }

    private void ProbeWhatIsDue(DeviceState state)
    {
        if (!ReferenceEquals(state, _followed))
        {
            Follow(state);
        }

        var now = _time.GetTimestamp();
        foreach (var ((member, _), schedule) in _schedules)
        {
            lock (schedule)
            {
                if (schedule.NextDue <= now && !schedule.IsRunning)
                {
                    schedule.IsRunning = true;
                    schedule.NextDue = now + Ticks(schedule.Monitor.Interval);
                    _ = ProbeAsync(member, schedule);
                }
            }
        }
    }

    // The state is immutable: what is to be probed changes only with its reference.
    private void Follow(DeviceState state)
    {
        _followed = state;
        var now = _time.GetTimestamp();
        var gone = _schedules.Keys.ToHashSet();
        foreach (var (pool, member, monitor) in Assignments(state))
        {
            var key = (new MemberKey(pool.Name, member.Name), monitor.Name);
            gone.Remove(key);
            if (_schedules.TryGetValue(key, out var schedule))
            {
                schedule.Monitor = monitor;
            }
            else
            {
                _schedules[key] = new ProbeSchedule { Monitor = monitor, Target = new SocketName(member.Address, member.Port), NextDue = now, LastGood = now };
            }
        }

        foreach (var key in gone)
        {
            _schedules.Remove(key);
            _health.Forget(key.Member, key.Monitor);
        }
    }

    private static IEnumerable<(Pool Pool, PoolMember Member, HttpMonitor Monitor)> Assignments(DeviceState state) =>
        from pool in state.Pools.Values
        from member in pool.Members.Values
        where !member.IsTemplate
        from name in pool.MonitorOf(member)?.Monitors ?? []
        where state.Monitors.ContainsKey(name)
        select (pool, member, state.Monitors[name]);

    private async Task ProbeAsync(MemberKey member, ProbeSchedule schedule)
    {
        var monitor = schedule.Monitor;
        using var limit = new CancellationTokenSource(monitor.Timeout, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, _stopping.Token);
        var isUp = await HttpProbe.IsUpAsync(monitor, schedule.Target.HostWithoutRouteDomain, schedule.Target.Port, either.Token);
        lock (schedule)
        {
            schedule.IsRunning = false;
            var now = _time.GetTimestamp();
            if (isUp)
            {
                schedule.LastGood = now;
                _health.Set(member, monitor.Name, MemberHealth.Up);
            }
            else if (now - schedule.LastGood >= Ticks(monitor.Timeout))
            {
                _health.Set(member, monitor.Name, MemberHealth.Down);
            }
        }
    }

    private long Ticks(TimeSpan span) => (long)(span.TotalSeconds * _time.TimestampFrequency);
}
