using System.Globalization;
using System.Xml.Linq;
using AppStatus.Lab.Elb.Model;

namespace AppStatus.Lab.Elb.Query;

/// <summary>What API 2015-12-01 does with target groups.</summary>
internal sealed class TargetGroupActions(ElbModel model, Pages pages, TimeProvider time)
{
    private const string DelayKey = "deregistration_delay.timeout_seconds";

    public object?[]? Handle(QueryRequest request) => request.Action switch
    {
        "DescribeTargetGroups" => Describe(request),
        "DescribeTargetGroupAttributes" => Attributes(Group(request)),
        "ModifyTargetGroupAttributes" => Modify(request),
        "DescribeTargetHealth" => Health(request),
        "RegisterTargets" => Register(request),
        "DeregisterTargets" => Deregister(request),
        _ => null,
    };

    private object?[] Describe(QueryRequest request)
    {
        var arns = request.List("TargetGroupArns");
        var names = request.List("Names");
        if (arns.FirstOrDefault(arn => model.TargetGroups.All(group => group.Arn != arn)) is { } unknown)
        {
            throw NotFound(unknown);
        }

        if (names.Any(name => model.TargetGroups.All(group => group.Pool.Name != name)))
        {
            throw new QueryRefusal(400, "TargetGroupNotFound", "One or more target groups not found");
        }

        var found = model.TargetGroups.Where(group => (arns.Count == 0 || arns.Contains(group.Arn)) && (names.Count == 0 || names.Contains(group.Pool.Name))
            && (request["LoadBalancerArn"].Length == 0 || model.UsersOf(group).Any(user => user.Arn == request["LoadBalancerArn"]))).ToArray();
        return pages.Of(request, "TargetGroups", found, ToXml);
    }

    private XElement ToXml(TargetGroup group) => new(
        "member",
        new XElement("TargetGroupArn", group.Arn),
        new XElement("TargetGroupName", group.Pool.Name),
        new XElement("Protocol", "HTTP"),
        new XElement("ProtocolVersion", "HTTP1"),
        new XElement("Port", group.Port),
        new XElement("VpcId", "vpc-3ac0fb5f"),
        new XElement("HealthCheckEnabled", "true"),
        new XElement("HealthCheckProtocol", "HTTP"),
        new XElement("HealthCheckPort", "traffic-port"),
        new XElement("HealthCheckPath", group.Pool.Health.HealthPath),
        new XElement("HealthCheckIntervalSeconds", (int)Math.Ceiling(group.Pool.Health.HealthIntervalSec)),
        new XElement("HealthCheckTimeoutSeconds", 5),
        new XElement("HealthyThresholdCount", group.Pool.Health.HealthyThreshold),
        new XElement("UnhealthyThresholdCount", group.Pool.Health.UnhealthyThreshold),
        new XElement("Matcher", new XElement("HttpCode", "200")),
        new XElement("TargetType", group.TargetType),
        new XElement("IpAddressType", "ipv4"),
        new XElement("LoadBalancerArns", model.UsersOf(group).Select(user => new XElement("member", user.Arn))));

    private static object?[] Attributes(TargetGroup group) =>
    [
        new XElement(
            "Attributes",
            Pair(DelayKey, group.Pool.Delay.TotalSeconds.ToString(CultureInfo.InvariantCulture)),
            Pair("stickiness.enabled", "false"),
            Pair("stickiness.type", "lb_cookie"),
            Pair("load_balancing.algorithm.type", "round_robin")),
    ];

    private static XElement Pair(string key, string value) => new("member", new XElement("Key", key), new XElement("Value", value));

    private object?[] Modify(QueryRequest request)
    {
        var group = Group(request);
        foreach (var prefix in request.Numbers("Attributes"))
        {
            var key = request[$"{prefix}.Key"];
            if (key != DelayKey || !double.TryParse(request[$"{prefix}.Value"], NumberStyles.Float, CultureInfo.InvariantCulture, out var seconds) || seconds is < 0 or > 3600)
            {
                throw new QueryRefusal(400, "InvalidConfigurationRequest", $"Target group attribute value of '{key}' is not valid");
            }

            group.Pool.Delay = TimeSpan.FromSeconds(seconds);
        }

        return Attributes(group);
    }

    private object?[] Health(QueryRequest request)
    {
        var group = Group(request);
        var inUse = model.UsersOf(group).Any();
        var asked = Targets(request, group);
        var entries = asked.Count == 0
            ? group.Pool.Targets.Select(target => ToXml(target, inUse))
            : asked.Select(one => group.Pool.Find(one.Id, one.Port) is { } target ? ToXml(target, inUse) : Entry(one.Id, one.Port, "unused", "Target.NotRegistered", "Target is not registered to the target group"));
        return [new XElement("TargetHealthDescriptions", entries)];
    }

    private static XElement ToXml(RegisteredTarget target, bool inUse) => (target.State, inUse) switch
    {
        (TargetState.Draining, _) => Entry(target.Id, target.Port, "draining", "Target.DeregistrationInProgress", "Target deregistration is in progress"),
        (_, false) => Entry(target.Id, target.Port, "unused", "Target.NotInUse", "Target group is not configured to receive traffic from the load balancer"),
        (TargetState.Healthy, _) => Entry(target.Id, target.Port, "healthy", reason: null, description: null),
        (TargetState.Unhealthy, _) => Entry(target.Id, target.Port, "unhealthy", "Target.FailedHealthChecks", "Health checks failed"),
        _ => Entry(target.Id, target.Port, "initial", "Elb.InitialHealthChecking", "Initial health checks in progress"),
    };

    private static XElement Entry(string id, int port, string state, string? reason, string? description) => new(
        "member",
        new XElement("Target", new XElement("Id", id), new XElement("Port", port)),
        new XElement("HealthCheckPort", port),
        new XElement("TargetHealth", new XElement("State", state), reason is null ? null : new XElement("Reason", reason), description is null ? null : new XElement("Description", description)));

    private object?[] Register(QueryRequest request)
    {
        var group = Group(request);
        foreach (var (id, port) in Targets(request, group))
        {
            group.Pool.Register(id, port, model.AddressOf(id));
        }

        return [];
    }

    // A port that nothing is registered at is taken, and nothing is done: so does AWS.
    private object?[] Deregister(QueryRequest request)
    {
        var group = Group(request);
        foreach (var (id, port) in Targets(request, group))
        {
            if (group.Pool.Find(id, port) is { } target)
            {
                group.Pool.Deregister(target, time.GetUtcNow());
            }
        }

        return [];
    }

    private IReadOnlyList<(string Id, int Port)> Targets(QueryRequest request, TargetGroup group) => [.. request.Numbers("Targets").Select(prefix =>
    {
        var id = request[$"{prefix}.Id"];
        var port = request[$"{prefix}.Port"] is { Length: > 0 } text ? int.Parse(text, CultureInfo.InvariantCulture) : group.Port;
        if (port is < 1 or > 65535)
        {
            throw QueryRefusal.Invalid($"Port '{port}' is not valid");
        }

        var valid = group.TargetType == "ip" ? System.Net.IPAddress.TryParse(id, out _) : model.Instances.ContainsKey(id);
        return valid ? (id, port) : throw new QueryRefusal(400, "InvalidTarget", group.TargetType == "ip" ? $"The IP address '{id}' is not a valid IPv4 or IPv6 address" : $"The following targets are not in a running state or do not exist: '{id}'");
    })];

    private TargetGroup Group(QueryRequest request)
    {
        var arn = request.Required("TargetGroupArn");
        return model.TargetGroups.FirstOrDefault(group => group.Arn == arn) ?? throw NotFound(arn);
    }

    private static QueryRefusal NotFound(string arn) => new(400, "TargetGroupNotFound", $"Target groups '{arn}' not found");
}
