using System.Xml.Linq;

namespace AppStatus.Core.Balancers.Elb;

/// <summary>One entry of DescribeTargetHealth, as a pool member.</summary>
internal static class TargetHealth
{
    /// <returns>Null: AWS says that it is no target of the group.</returns>
    public static PoolMember? ToMember(XElement element, TargetGroup group, string balancer)
    {
        string state = element.Text("TargetHealth", "State"), reason = element.Text("TargetHealth", "Reason");
        if (reason == "Target.NotRegistered") return null;
        var target = new ElbTarget(element.Text("Target", "Id"), element.Number("Target", "Port"));
        return new PoolMember
        {
            Name = target.Name,
            Pool = group.Name,
            Balancer = balancer,
            Address = target.Id,
            ComputerName = target.Id,
            Port = target.Port,
            State = state == "draining" ? TrafficState.Draining : TrafficState.Enabled,
            NativeState = state,
            Health = state switch
            {
                "healthy" => MemberHealth.Up,
                "unhealthy" or "unhealthy.draining" or "unused" => MemberHealth.Down,
                _ => MemberHealth.Unknown,
            },
            HealthReason = Reason(state, reason, element.Text("TargetHealth", "Description"), group),
            Serving = state == "healthy" || reason == "Target.HealthCheckDisabled",
        };
    }

    private static string Reason(string state, string reason, string description, TargetGroup group)
    {
        string words = string.Join(": ", new[] { state == "healthy" ? "" : state, reason, description }.Where(part => part.Length > 0));
        string more = reason switch
        {
            "Target.NotInUse" => " (no listener rule forwards to this target group, or its zone is off: as it is, the target never becomes healthy)",
            _ when state == "draining" => FormattableString.Invariant($" (for {group.DeregistrationDelay.TotalSeconds:0} s, whatever is in flight)"),
            _ => "",
        };
        return SafeText.Condensed(words) + more;
    }
}
