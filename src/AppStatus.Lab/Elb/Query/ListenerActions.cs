using System.Globalization;
using System.Xml.Linq;
using AppStatus.Lab.Elb.Model;

namespace AppStatus.Lab.Elb.Query;

/// <summary>What API 2015-12-01 does with load balancers, their listeners and rules.</summary>
internal sealed class ListenerActions(ElbModel model, Pages pages)
{
    private const int MaxWeight = 999;
    private const int MaxGroups = 5;

    public object?[]? Handle(QueryRequest request) => request.Action switch
    {
        "DescribeLoadBalancers" => Balancers(request),
        "DescribeListeners" => Listeners(request),
        "DescribeRules" => Rules(request),
        "ModifyRule" => ModifyRule(request),
        "ModifyListener" => ModifyListener(request),
        _ => null,
    };

    private object?[] Balancers(QueryRequest request)
    {
        var arns = request.List("LoadBalancerArns");
        var names = request.List("Names");
        var found = model.LoadBalancers.Where(one => (arns.Count == 0 || arns.Contains(one.Arn)) && (names.Count == 0 || names.Contains(one.Name))).ToArray();
        if (found.Length < arns.Count || found.Length < names.Count)
        {
            throw new QueryRefusal(400, "LoadBalancerNotFound", $"Load balancers '[{string.Join(", ", arns.Concat(names))}]' not found");
        }

        return pages.Of(request, "LoadBalancers", found, balancer => new XElement(
            "member",
            new XElement("LoadBalancerArn", balancer.Arn),
            new XElement("DNSName", $"{balancer.Name}-1234567890.{model.Region}.elb.amazonaws.com"),
            new XElement("CanonicalHostedZoneId", "Z35SXDOTRQ7X7K"),
            new XElement("LoadBalancerName", balancer.Name),
            new XElement("Scheme", "internal"),
            new XElement("VpcId", "vpc-3ac0fb5f"),
            new XElement("State", new XElement("Code", "active")),
            new XElement("Type", "application"),
            new XElement("IpAddressType", "ipv4")));
    }

    private object?[] Listeners(QueryRequest request)
    {
        var arns = request.List("ListenerArns");
        var found = model.LoadBalancers.Where(one => (arns.Count == 0 || arns.Contains(one.ListenerArn)) && (request["LoadBalancerArn"].Length == 0 || one.Arn == request["LoadBalancerArn"])).ToArray();
        return found.Length == 0 ? throw ListenerNotFound() : pages.Of(request, "Listeners", found, ListenerXml);
    }

    private static XElement ListenerXml(LoadBalancer balancer) => new(
        "member",
        new XElement("ListenerArn", balancer.ListenerArn),
        new XElement("LoadBalancerArn", balancer.Arn),
        new XElement("Port", balancer.Port),
        new XElement("Protocol", "HTTP"),
        new XElement("DefaultActions", RuleActions.Shown(balancer.Rules[^1].Actions).Elements()));

    private object?[] Rules(QueryRequest request)
    {
        var arns = request.List("RuleArns");
        if (arns.Count == 0 == (request["ListenerArn"].Length == 0))
        {
            throw QueryRefusal.Invalid("You must specify either listener ARN or rule ARNs");
        }

        var all = arns.Count > 0
            ? [.. arns.Select(Find)]
            : (model.LoadBalancers.FirstOrDefault(one => one.ListenerArn == request["ListenerArn"]) ?? throw ListenerNotFound()).Rules;
        return pages.Of(request, "Rules", all, RuleXml);
    }

    private static XElement RuleXml(Rule rule) => new(
        "member",
        new XElement("RuleArn", rule.Arn),
        new XElement("Priority", rule.Priority is { } priority ? priority.ToString(CultureInfo.InvariantCulture) : "default"),
        new XElement("Conditions", rule.PathPattern is null ? null : new XElement(
            "member",
            new XElement("Field", "path-pattern"),
            new XElement("Values", new XElement("member", rule.PathPattern)),
            new XElement("PathPatternConfig", new XElement("Values", new XElement("member", rule.PathPattern))))),
        RuleActions.Shown(rule.Actions),
        new XElement("IsDefault", rule.Priority is null ? "true" : "false"));

    private object?[] ModifyRule(QueryRequest request)
    {
        var rule = Find(request.Required("RuleArn"));
        if (rule.Priority is null)
        {
            throw new QueryRefusal(400, "OperationNotPermitted", "Default rules cannot be modified using this operation");
        }

        if (request.Has("Actions"))
        {
            rule.Actions = Checked(request, "Actions", rule);
        }

        return [new XElement("Rules", RuleXml(rule))];
    }

    private object?[] ModifyListener(QueryRequest request)
    {
        var arn = request.Required("ListenerArn");
        var balancer = model.LoadBalancers.FirstOrDefault(one => one.ListenerArn == arn) ?? throw ListenerNotFound();
        if (request.Has("DefaultActions"))
        {
            balancer.Rules[^1].Actions = Checked(request, "DefaultActions", balancer.Rules[^1]);
        }

        return [new XElement("Listeners", ListenerXml(balancer))];
    }

    /// <summary>The list that replaces the old one, all of it.</summary>
    private XElement Checked(QueryRequest request, string name, Rule old)
    {
        var actions = new XElement("Actions", request.ToXml(name).Elements());
        foreach (var action in actions.Elements())
        {
            switch (action.Element("Type")?.Value)
            {
                case "forward":
                    CheckForward(action);
                    break;
                case "authenticate-oidc":
                    CheckSecret(action.Element("AuthenticateOidcConfig"), old);
                    break;
                case "fixed-response" or "redirect" or "authenticate-cognito":
                    break;
                default:
                    throw QueryRefusal.Invalid("Action type must be one of forward, authenticate-oidc, authenticate-cognito, redirect, fixed-response");
            }
        }

        return actions.Elements().LastOrDefault()?.Element("Type")?.Value is "forward" or "redirect" or "fixed-response"
            ? actions
            : throw new QueryRefusal(400, "InvalidLoadBalancerAction", "The last action must be a forward, redirect or fixed-response action");
    }

    private void CheckForward(XElement action)
    {
        var alone = action.Element("TargetGroupArn");
        var groups = action.Element("ForwardConfig")?.Element("TargetGroups")?.Elements().ToArray() ?? [];
        if (groups.Length == 0)
        {
            action.Add(RuleActions.Forward([KeyValuePair.Create(alone?.Value ?? "", 1)]).Descendants("ForwardConfig").Single());
            groups = [.. action.Element("ForwardConfig")!.Element("TargetGroups")!.Elements()];
        }
        else if (alone is not null && (groups.Length > 1 || groups[0].Element("TargetGroupArn")?.Value != alone.Value))
        {
            throw new QueryRefusal(400, "InvalidLoadBalancerAction", "The target group in the action must be the one of the forward config");
        }

        alone?.Remove();
        if (groups.Length > MaxGroups || groups.Any(group => model.TargetGroups.All(one => one.Arn != group.Element("TargetGroupArn")?.Value)))
        {
            throw new QueryRefusal(400, groups.Length > MaxGroups ? "TooManyTargetGroups" : "TargetGroupNotFound", "One or more target groups not found, or too many of them");
        }

        if (RuleActions.Weights(new XElement("Actions", action)).Values.Any(weight => weight is < 0 or > MaxWeight))
        {
            throw QueryRefusal.Invalid("Target group weights must be from 0 to 999");
        }

        var config = action.Element("ForwardConfig")!;
        if (config.Element("TargetGroupStickinessConfig") is null)
        {
            config.Add(new XElement("TargetGroupStickinessConfig", new XElement("Enabled", "false")));
        }
    }

    // The secret is never shown again; who does not send it must say that it stays.
    private static void CheckSecret(XElement? oidc, Rule old)
    {
        if (oidc is null)
        {
            throw QueryRefusal.Invalid("AuthenticateOidcConfig is required");
        }

        var keeps = oidc.Element("UseExistingClientSecret")?.Value == "true" && old.Actions.Descendants("AuthenticateOidcConfig").Any();
        if (!keeps && oidc.Element("ClientSecret") is null)
        {
            throw new QueryRefusal(400, "InvalidLoadBalancerAction", "You must either specify a client secret or set UseExistingClientSecret to true");
        }

        oidc.Elements("ClientSecret").Remove();
        oidc.Elements("UseExistingClientSecret").Remove();
    }

    private Rule Find(string arn) => model.LoadBalancers.SelectMany(one => one.Rules).FirstOrDefault(rule => rule.Arn == arn)
        ?? throw new QueryRefusal(400, "RuleNotFound", $"One or more rules not found: '{arn}'");

    private static QueryRefusal ListenerNotFound() => new(400, "ListenerNotFound", "One or more listeners not found");
}
