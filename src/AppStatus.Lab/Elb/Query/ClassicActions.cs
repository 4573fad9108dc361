using System.Globalization;
using System.Xml.Linq;
using AppStatus.Lab.Elb.Model;

namespace AppStatus.Lab.Elb.Query;

/// <summary>What API 2012-06-01 does.</summary>
internal sealed class ClassicActions(ElbModel model, Pages pages, TimeProvider time)
{
    public object?[] Handle(QueryRequest request) => request.Action switch
    {
        "DescribeLoadBalancers" => Describe(request),
        "DescribeLoadBalancerAttributes" => Attributes(Balancer(request)),
        "DescribeInstanceHealth" => Health(request),
        "RegisterInstancesWithLoadBalancer" => Register(request),
        "DeregisterInstancesFromLoadBalancer" => Deregister(request),
        _ => throw new QueryRefusal(400, "InvalidAction", $"Could not find operation {request.Action} for version {request.Version}"),
    };

    private object?[] Describe(QueryRequest request)
    {
        var names = request.List("LoadBalancerNames");
        if (names.FirstOrDefault(name => model.Classic.All(one => one.Name != name)) is { } unknown)
        {
            throw NotFound(unknown);
        }

        return pages.Of(request, "LoadBalancerDescriptions", [.. model.Classic.Where(one => names.Count == 0 || names.Contains(one.Name))], balancer => new XElement(
            "member",
            new XElement("LoadBalancerName", balancer.Name),
            new XElement("DNSName", $"{balancer.Name}-1234567890.{model.Region}.elb.amazonaws.com"),
            new XElement("ListenerDescriptions", new XElement("member", new XElement(
                "Listener",
                new XElement("Protocol", "HTTP"),
                new XElement("LoadBalancerPort", balancer.Port),
                new XElement("InstanceProtocol", "HTTP"),
                new XElement("InstancePort", balancer.InstancePort)))),
            Instances(balancer),
            new XElement(
                "HealthCheck",
                new XElement("Target", $"HTTP:{balancer.InstancePort}{balancer.Pool.Health.HealthPath}"),
                new XElement("Interval", (int)Math.Ceiling(balancer.Pool.Health.HealthIntervalSec)),
                new XElement("Timeout", 5),
                new XElement("UnhealthyThreshold", balancer.Pool.Health.UnhealthyThreshold),
                new XElement("HealthyThreshold", balancer.Pool.Health.HealthyThreshold)),
            new XElement("SourceSecurityGroup", new XElement("OwnerAlias", model.Account), new XElement("GroupName", "default")),
            new XElement("Scheme", "internal")));
    }

    private static object?[] Attributes(ClassicLoadBalancer balancer) =>
    [
        new XElement(
            "LoadBalancerAttributes",
            new XElement("CrossZoneLoadBalancing", new XElement("Enabled", "true")),
            new XElement("AccessLog", new XElement("Enabled", "false")),
            new XElement("ConnectionDraining", new XElement("Enabled", balancer.Drains ? "true" : "false"), new XElement("Timeout", (int)Math.Ceiling(balancer.Pool.Delay.TotalSeconds))),
            new XElement("ConnectionSettings", new XElement("IdleTimeout", 60))),
    ];

    private object?[] Health(QueryRequest request)
    {
        var balancer = Balancer(request);
        var asked = Ids(request);
        var states = asked.Count == 0
            ? balancer.Pool.Targets.Select(ToXml)
            : asked.Select(id => balancer.Pool.Find(id, balancer.InstancePort) is { } target ? ToXml(target) : State(id, "OutOfService", "Instance", "Instance is not currently registered with the LoadBalancer."));
        return [new XElement("InstanceStates", states)];
    }

    private static XElement ToXml(RegisteredTarget target) => target.State switch
    {
        TargetState.Healthy => State(target.Id, "InService", "N/A", "N/A"),
        TargetState.Draining => State(target.Id, "InService", "N/A", "Instance deregistration currently in progress."),
        TargetState.Unhealthy => State(target.Id, "OutOfService", "Instance", "Instance has failed at least the UnhealthyThreshold number of health checks consecutively."),
        _ => State(target.Id, "OutOfService", "ELB", "Instance registration is still in progress."),
    };

    private static XElement State(string id, string state, string reason, string description) => new(
        "member", new XElement("InstanceId", id), new XElement("State", state), new XElement("ReasonCode", reason), new XElement("Description", description));

    private object?[] Register(QueryRequest request)
    {
        var balancer = Balancer(request);
        foreach (var id in Ids(request))
        {
            balancer.Pool.Register(id, balancer.InstancePort, model.AddressOf(id));
        }

        return [Instances(balancer)];
    }

    private object?[] Deregister(QueryRequest request)
    {
        var balancer = Balancer(request);
        foreach (var id in Ids(request))
        {
            if (balancer.Pool.Find(id, balancer.InstancePort) is { } target)
            {
                balancer.Pool.Deregister(target, time.GetUtcNow());
            }
        }

        return [Instances(balancer)];
    }

    private static XElement Instances(ClassicLoadBalancer balancer) => new("Instances", balancer.Pool.Targets
        .Where(target => target.State != TargetState.Draining).Select(target => new XElement("member", new XElement("InstanceId", target.Id))));

    private IReadOnlyList<string> Ids(QueryRequest request)
    {
        string[] ids = [.. request.Numbers("Instances").Select(prefix => request[$"{prefix}.InstanceId"])];
        return ids.FirstOrDefault(id => !model.Instances.ContainsKey(id)) is { } unknown
            ? throw new QueryRefusal(400, "InvalidInstance", string.Create(CultureInfo.InvariantCulture, $"Could not find EC2 instance {unknown}."))
            : ids;
    }

    private ClassicLoadBalancer Balancer(QueryRequest request)
    {
        var name = request.Required("LoadBalancerName");
        return model.Classic.FirstOrDefault(one => one.Name == name) ?? throw NotFound(name);
    }

    private static QueryRefusal NotFound(string name) => new(400, "LoadBalancerNotFound", $"There is no ACTIVE Load Balancer named '{name}'");
}
