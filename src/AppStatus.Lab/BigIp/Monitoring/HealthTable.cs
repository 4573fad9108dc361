using System.Collections.Concurrent;
using AppStatus.Lab.BigIp.Model;

namespace AppStatus.Lab.BigIp.Monitoring;

/// <summary>What the monitors have found, one entry for each monitor of each member.</summary>
internal sealed class HealthTable
{
    private readonly ConcurrentDictionary<(MemberKey Member, FullPath Monitor), MemberHealth> _found = new();

    /// <summary>Called for a member that a monitor had found down, and finds up.</summary>
    public Action<MemberKey>? CameUp { get; set; }

    public void Set(MemberKey member, FullPath monitor, MemberHealth health)
    {
        if (health == MemberHealth.Up && _found.TryGetValue((member, monitor), out var before) && before == MemberHealth.Down)
        {
            CameUp?.Invoke(member);
        }

        _found[(member, monitor)] = health;
    }

    public void Forget(MemberKey member, FullPath monitor) => _found.TryRemove((member, monitor), out _);

    public MemberHealth Of(Pool pool, PoolMember member)
    {
        if (member.IsTemplate || pool.MonitorOf(member) is not { } rule)
        {
            return MemberHealth.Unchecked;
        }

        var key = new MemberKey(pool.Name, member.Name);
        var found = rule.Monitors.Select(monitor => _found.GetValueOrDefault((key, monitor), MemberHealth.Checking)).ToArray();
        return found.Count(health => health == MemberHealth.Up) >= rule.Required ? MemberHealth.Up
            : found.Count(health => health == MemberHealth.Down) > found.Length - rule.Required ? MemberHealth.Down
            : MemberHealth.Checking;
    }
}
