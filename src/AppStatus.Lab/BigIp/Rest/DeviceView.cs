using AppStatus.Lab.BigIp.Model;
using AppStatus.Lab.BigIp.Monitoring;
using AppStatus.Lab.BigIp.Traffic;

namespace AppStatus.Lab.BigIp.Rest;

/// <summary>All that an answer is made of: the configuration, what the monitors found, and the counts.</summary>
internal sealed record DeviceView(DeviceState State, HealthTable Health, TrafficTable Traffic, MemberSelector Selector)
{
    /// <summary>A link as the device writes it: always to localhost, always with the version.</summary>
    public string Link(string path) => $"https://localhost/mgmt/{path}?ver={State.Version}";

    /// <summary>A standby unit carries no traffic, so it counts none.</summary>
    public MemberCounters CountersOf(MemberKey member) => State.IsStandby ? MemberCounters.Zero : Traffic.Of(member);
}
