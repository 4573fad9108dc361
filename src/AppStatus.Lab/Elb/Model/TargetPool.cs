using AppStatus.Lab.Elb.Configuration;

namespace AppStatus.Lab.Elb.Model;

/// <summary>Targets with a health check and a drain: a target group, or what stands behind a classic load balancer.</summary>
/// <param name="endsEarly">Whether a drain ends with the last request, as the classic ones' does; else it lasts for the whole delay.</param>
internal sealed class TargetPool(string name, HealthConfiguration health, bool endsEarly)
{
    private readonly List<RegisteredTarget> _targets = [];
    private int _turn;

    public string Name => name;

    public HealthConfiguration Health => health;

    public TimeSpan Delay { get; set; }

    public IReadOnlyList<RegisteredTarget> Targets => _targets;

    public RegisteredTarget? Find(string id, int port) => _targets.Find(target => target.Id == id && target.Port == port);

    /// <summary>One that drains goes on as a new one.</summary>
    public void Register(string id, int port, string address)
    {
        var found = Find(id, port);
        if (found is { State: not TargetState.Draining })
        {
            return;
        }

        if (found is not null)
        {
            _targets.Remove(found);
        }

        _targets.Add(new RegisteredTarget(id, port, address));
    }

    public void Deregister(RegisteredTarget target, DateTimeOffset now)
    {
        if (target.State != TargetState.Draining)
        {
            target.State = TargetState.Draining;
            target.DrainsUntil = now + Delay;
            EndDrains(now);
        }
    }

    /// <summary>Takes those off the list whose time is over, with what they have in flight.</summary>
    public void EndDrains(DateTimeOffset now)
    {
        foreach (var target in _targets.Where(target => target.State == TargetState.Draining && (now >= target.DrainsUntil || (endsEarly && target.InFlight == 0))).ToArray())
        {
            _targets.Remove(target);
            target.Cut.Cancel();
        }
    }

    /// <summary>The first check that passes makes a new target healthy, whatever the threshold.</summary>
    public void Checked(RegisteredTarget target, bool passed)
    {
        target.Streak = passed == target.LastCheckPassed ? target.Streak + 1 : 1;
        target.LastCheckPassed = passed;
        target.State = target.State switch
        {
            TargetState.Draining => TargetState.Draining,
            TargetState.Initial when passed => TargetState.Healthy,
            _ when passed && target.Streak >= health.HealthyThreshold => TargetState.Healthy,
            _ when !passed && target.Streak >= health.UnhealthyThreshold => TargetState.Unhealthy,
            var same => same,
        };
    }

    /// <summary>The healthy ones in turn. That AWS sends to all when none is healthy is left out: a test would not see its mistake.</summary>
    public RegisteredTarget? Choose()
    {
        var healthy = _targets.Where(target => target.State == TargetState.Healthy).ToArray();
        return healthy.Length == 0 ? null : healthy[_turn++ % healthy.Length];
    }
}
