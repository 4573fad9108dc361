using AppStatus.Core.Balancers;

namespace AppStatus.Pipeline;

/// <summary>Brings pool members back that went through a job, a file or a remote session. Their connection is found again by the balancer's id.</summary>
internal static class MemberReader
{
    /// <summary>The member that the object is, or has as its <c>Member</c>; null for none.</summary>
    public static PoolMember? Read(InputProperties properties)
    {
        object? held = properties.Value("Member");
        if (held is PSObject { BaseObject: PoolMember alive }) return alive;
        if (held is PoolMember member) return member;
        return Of(properties) ?? (held is null or string ? null : Of(new InputProperties(held)));
    }

    private static PoolMember? Of(InputProperties properties)
    {
        if (properties.Text("Pool") is not { } pool
            || properties.Text("Name") is not { } name
            || properties.Text("Address") is not { } address
            || properties.Text("Balancer") is not { } balancer
            || properties.Number("Port") is not { } port)
        {
            return null;
        }

        return new PoolMember
        {
            Name = name,
            Pool = pool,
            Address = address,
            Port = port,
            Balancer = balancer,
            ComputerName = properties.Text("ComputerName") ?? "",
            State = properties.As<TrafficState>("State") ?? TrafficState.Enabled,
            Health = properties.As<MemberHealth>("Health") ?? MemberHealth.Unknown,
            HealthReason = properties.Text("HealthReason") ?? "",
            Connections = properties.Number("Connections"),
            Weight = properties.Number("Weight"),
            Serving = properties.Value("Serving") is true,
        };
    }
}
