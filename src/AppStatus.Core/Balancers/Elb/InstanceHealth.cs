using System.Xml.Linq;

namespace AppStatus.Core.Balancers.Elb;

/// <summary>One entry of DescribeInstanceHealth, as a pool member.</summary>
internal static class InstanceHealth
{
    /// <returns>Null: it is not registered (any more). <c>OutOfService</c> alone does not say that, nor that it has drained: the description does.</returns>
    public static PoolMember? ToMember(XElement state, string pool, int port, string balancer)
    {
        string word = state.Text("State"), description = state.Text("Description"), code = state.Text("ReasonCode");
        if (Says("not currently registered")) return null;
        // It is InService meanwhile.
        bool drains = Says("deregistration currently in progress");
        string id = state.Text("InstanceId");
        return new PoolMember
        {
            Name = new ElbTarget(id, port).Name,
            Pool = pool,
            Balancer = balancer,
            Address = id,
            ComputerName = id,
            Port = port,
            State = drains ? TrafficState.Draining : TrafficState.Enabled,
            NativeState = word,
            Health = word switch
            {
                "InService" => MemberHealth.Up,
                "OutOfService" when !Says("registration is still in progress") => MemberHealth.Down,
                _ => MemberHealth.Unknown,
            },
            HealthReason = SafeText.Condensed(string.Join(": ", new[] { word == "InService" ? "" : word, code, description }.Where(part => part.Length > 0 && part != "N/A"))),
            Serving = word == "InService" && !drains,
        };

        bool Says(string words) => description.IndexOf(words, StringComparison.OrdinalIgnoreCase) >= 0;
    }
}
