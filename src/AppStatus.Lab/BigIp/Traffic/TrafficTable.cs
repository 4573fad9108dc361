using System.Collections.Concurrent;
using AppStatus.Lab.BigIp.Model;

namespace AppStatus.Lab.BigIp.Traffic;

/// <summary>Requests in flight and in all, by member; and what became of those that found no member.</summary>
internal sealed class TrafficTable
{
    private readonly ConcurrentDictionary<MemberKey, MemberCounters> _members = new();
    private long _withoutMember;
    private long _broken;

    /// <summary>Requests that found no member to go to.</summary>
    public long WithoutMember => Interlocked.Read(ref _withoutMember);

    /// <summary>Requests whose member did not answer, or not to the end.</summary>
    public long Broken => Interlocked.Read(ref _broken);

    public MemberCounters Of(MemberKey member) => _members.GetValueOrDefault(member, MemberCounters.Zero);

    public void Begin(MemberKey member) => _members.AddOrUpdate(member, _ => MemberCounters.Zero.Begun(), (_, counters) => counters.Begun());

    public void End(MemberKey member) => _members.AddOrUpdate(member, _ => MemberCounters.Zero, (_, counters) => counters.Ended());

    public void CountWithoutMember() => Interlocked.Increment(ref _withoutMember);

    public void CountBroken() => Interlocked.Increment(ref _broken);
}
