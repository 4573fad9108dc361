using System.Xml.Linq;
using AppStatus.Lab.Elb.Configuration;

namespace AppStatus.Lab.Elb.Model;

/// <summary>All that there is in the account; changed and read under <see cref="Gate"/>.</summary>
internal sealed class ElbModel
{
    private const string Id = "73e2d6bc24d8a067";

    public ElbModel(ElbConfiguration configuration)
    {
        Region = configuration.Region;
        Account = configuration.Account;
        Instances = configuration.Instances.ToDictionary(instance => instance.Id, StringComparer.Ordinal);
        TargetGroups = [.. configuration.TargetGroups.Select(group => ToGroup(group))];
        LoadBalancers = [.. configuration.Listeners.Select(ToLoadBalancer)];
        Classic = [.. configuration.ClassicLoadBalancers.Select(ToClassic)];
    }

    public Lock Gate { get; } = new();

    public string Region { get; }

    public string Account { get; }

    public IReadOnlyDictionary<string, InstanceConfiguration> Instances { get; }

    public IReadOnlyList<TargetGroup> TargetGroups { get; }

    public IReadOnlyList<LoadBalancer> LoadBalancers { get; }

    public IReadOnlyList<ClassicLoadBalancer> Classic { get; }

    public IEnumerable<TargetPool> Pools => TargetGroups.Select(group => group.Pool).Concat(Classic.Select(balancer => balancer.Pool));

    /// <summary>The load balancers with a rule that forwards to the group; targets of a group without one are not checked, and never healthy.</summary>
    public IEnumerable<LoadBalancer> UsersOf(TargetGroup group) =>
        LoadBalancers.Where(balancer => balancer.Rules.Any(rule => RuleActions.Weights(rule.Actions).ContainsKey(group.Arn)));

    private string Arn(string resource) => $"arn:aws:elasticloadbalancing:{Region}:{Account}:{resource}";

    private TargetGroup ToGroup(TargetGroupConfiguration configuration)
    {
        var pool = new TargetPool(configuration.Name, configuration, endsEarly: false) { Delay = TimeSpan.FromSeconds(configuration.DeregistrationDelaySec) };
        var group = new TargetGroup(Arn($"targetgroup/{configuration.Name}/{Id}"), configuration.TargetType, configuration.Port, pool);
        foreach (var text in configuration.Targets)
        {
            var parts = text.Split(':');
            pool.Register(parts[0], parts.Length > 1 ? int.Parse(parts[1], System.Globalization.CultureInfo.InvariantCulture) : group.Port, AddressOf(parts[0]));
        }

        return group;
    }

    private LoadBalancer ToLoadBalancer(ListenerConfiguration configuration)
    {
        var path = $"app/{configuration.LoadBalancer}/{Id}";
        var rules = configuration.Rules.Select((rule, index) => new Rule(
            Arn($"listener-rule/{path}/f2f7dc8efc522ab2/{9000 + index}"), index + 1, rule.PathPattern, RuleActions.Forward(ByArn(rule.Forward))));
        var standard = new Rule(Arn($"listener-rule/{path}/f2f7dc8efc522ab2/8999"), priority: null, pathPattern: null, RuleActions.Forward(ByArn(configuration.Default)));
        return new LoadBalancer(configuration.LoadBalancer, Arn($"loadbalancer/{path}"), Arn($"listener/{path}/f2f7dc8efc522ab2"), [.. rules, standard]) { Port = configuration.Port };
    }

    private ClassicLoadBalancer ToClassic(ClassicConfiguration configuration)
    {
        var pool = new TargetPool(configuration.Name, configuration, endsEarly: true) { Delay = TimeSpan.FromSeconds(configuration.DrainTimeoutSec ?? 0) };
        foreach (var id in configuration.Instances)
        {
            pool.Register(id, configuration.InstancePort, AddressOf(id));
        }

        return new ClassicLoadBalancer(configuration.Name, configuration.InstancePort, configuration.DrainTimeoutSec is not null, pool) { Port = configuration.Port };
    }

    public string AddressOf(string id) => Instances.TryGetValue(id, out var instance) ? instance.Address : id;

    private IEnumerable<KeyValuePair<string, int>> ByArn(IReadOnlyDictionary<string, int> weights) =>
        weights.Select(pair => KeyValuePair.Create(TargetGroups.Single(group => group.Pool.Name == pair.Key).Arn, pair.Value));
}

internal sealed record TargetGroup(string Arn, string TargetType, int Port, TargetPool Pool);

internal sealed class LoadBalancer(string name, string arn, string listenerArn, IReadOnlyList<Rule> rules)
{
    public string Name => name;

    public string Arn => arn;

    public string ListenerArn => listenerArn;

    /// <summary>By priority; the default one is the last.</summary>
    public IReadOnlyList<Rule> Rules => rules;

    public int Port { get; set; }
}

internal sealed class Rule(string arn, int? priority, string? pathPattern, XElement actions)
{
    public string Arn => arn;

    /// <summary>Null: the default rule.</summary>
    public int? Priority => priority;

    public string? PathPattern => pathPattern;

    /// <summary>As the API writes them: an element with <c>member</c>s.</summary>
    public XElement Actions { get; set; } = actions;

    public Dictionary<string, int> Credits { get; } = new(StringComparer.Ordinal);
}

internal sealed class ClassicLoadBalancer(string name, int instancePort, bool drains, TargetPool pool)
{
    public string Name => name;

    public int InstancePort => instancePort;

    public bool Drains => drains;

    public TargetPool Pool => pool;

    public int Port { get; set; }
}
