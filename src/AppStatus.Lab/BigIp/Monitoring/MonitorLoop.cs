using AppStatus.Lab.BigIp.Model;

namespace AppStatus.Lab.BigIp.Monitoring;

/// <summary>
/// Probes each monitored member at its monitor's interval. One good answer makes it up; none for the monitor's timeout makes it down.
/// It looks at the state afresh each time, so members and monitors may come and go.
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
        var now = _time.GetTimestamp();
        var seen = new HashSet<(MemberKey, FullPath)>();
        foreach (var (pool, member, monitor) in Assignments(state))
        {
            var key = (new MemberKey(pool.Name, member.Name), monitor.Name);
            seen.Add(key);
            if (!_schedules.TryGetValue(key, out var schedule))
            {
                _schedules[key] = schedule = new ProbeSchedule { NextDue = now, LastGood = now };
            }

            lock (schedule)
            {
                if (schedule.NextDue <= now && !schedule.IsRunning)
                {
                    schedule.IsRunning = true;
                    schedule.NextDue = now + Ticks(monitor.Interval);
                    _ = ProbeAsync(key, monitor, member, schedule);
                }
            }
        }

        foreach (var gone in _schedules.Keys.Where(key => !seen.Contains(key)).ToArray())
        {
            _schedules.Remove(gone);
            _health.Forget(gone.Member, gone.Monitor);
        }
    }

    private static IEnumerable<(Pool Pool, PoolMember Member, HttpMonitor Monitor)> Assignments(DeviceState state) =>
        from pool in state.Pools.Values
        from member in pool.Members.Values
        where !member.IsTemplate
        from name in MonitorRule.Parse(pool.MonitorOf(member))?.Monitors ?? []
        where state.Monitors.ContainsKey(name)
        select (pool, member, state.Monitors[name]);

    private async Task ProbeAsync((MemberKey Member, FullPath Monitor) key, HttpMonitor monitor, PoolMember member, ProbeSchedule schedule)
    {
        using var limit = new CancellationTokenSource(monitor.Timeout, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, _stopping.Token);
        var isUp = await HttpProbe.IsUpAsync(monitor, new SocketName(member.Address, member.Port).HostWithoutRouteDomain, member.Port, either.Token);
        lock (schedule)
        {
            schedule.IsRunning = false;
            var now = _time.GetTimestamp();
            if (isUp)
            {
                schedule.LastGood = now;
                _health.Set(key.Member, key.Monitor, MemberHealth.Up);
            }
            else if (now - schedule.LastGood >= Ticks(monitor.Timeout))
            {
                _health.Set(key.Member, key.Monitor, MemberHealth.Down);
            }
        }
    }

    private long Ticks(TimeSpan span) => (long)(span.TotalSeconds * _time.TimestampFrequency);
}
