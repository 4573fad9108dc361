using System.Xml.Linq;
using Amazon;
using AppStatus.Core.Errors;

namespace AppStatus.Core.Balancers.Elb;

/// <summary>Connected target groups, or a classic load balancer. Its public face has no secret, so that it may be shown, exported and logged.</summary>
public sealed class ElbSession
{
    private const string Service = "elasticloadbalancing";
    private const string TargetGroupVersion = "2015-12-01", ClassicVersion = "2012-06-01", Ec2Version = "2016-11-15";

    private ElbSession(ElbBalancer balancer, string kind, string region, Uri endpoint, ElbConnectOptions options, IReadOnlyList<string> warnings, DateTimeOffset connectedAt)
    {
        Balancer = balancer;
        Kind = kind;
        Region = region;
        Endpoint = endpoint.GetLeftPart(UriPartial.Authority);
        RuleArn = options.RuleArn;
        ProfileName = options.ProfileName;
        Warnings = warnings;
        ConnectedAt = connectedAt;
    }

    /// <summary>What <see cref="PoolMember.Balancer"/>, leases and journals know it by: region and account, or region and a classic load balancer's DNS name.</summary>
    public string Id => Balancer.Id;

    /// <summary><c>TargetGroup</c> or <c>Classic</c>.</summary>
    public string Kind { get; }

    public string Region { get; }

    /// <summary>The target groups, or the load balancer, by name.</summary>
    public IReadOnlyList<string> Pools => Balancer.Pools;

    /// <summary>The rule whose weights are set; empty for none.</summary>
    public string RuleArn { get; }

    /// <summary>Empty where the SDK's chain was followed.</summary>
    public string ProfileName { get; }

    public string Endpoint { get; }

    public DateTimeOffset ConnectedAt { get; }

    /// <summary>What should be known before a deployment.</summary>
    internal IReadOnlyList<string> Warnings { get; }

    internal ElbBalancer Balancer { get; }

    /// <summary>By the machine's clock.</summary>
    internal static Task<ElbSession> ConnectAsync(ElbConnectOptions options, CancellationToken cancellationToken) => ConnectAsync(options, TimeProvider.System, cancellationToken);

    /// <exception cref="AppStatusException">InvalidArgument, PasswordInUri, NotSupported for the options; AuthenticationFailed, AccessDenied, PoolNotFound, and what the network brings.</exception>
    internal static async Task<ElbSession> ConnectAsync(ElbConnectOptions options, TimeProvider time, CancellationToken cancellationToken)
    {
        ElbArn[] groups = [.. options.TargetGroupArns.Distinct(StringComparer.Ordinal).Select(text => ElbArn.Of(text, "targetgroup"))];
        ElbArn? rule = options.RuleArn.Length > 0 ? ElbArn.Of(options.RuleArn, "listener-rule", "listener") : null;
        Check(options, groups, rule);

        var credentials = new ElbCredentials(options.ProfileName, options.Timeout, time);
        string region = FindRegion(options, groups, credentials);
        Uri endpoint = options.EndpointUri is { } typed ? new Uri(typed.GetLeftPart(UriPartial.Authority) + "/") : AwsEndpoint(Service, region);
        // An endpoint of AWS's own, in a VPC or for FIPS, is one service's; any other stands for all.
        bool all = options.EndpointUri is { } given && given.Host.IndexOf("amazonaws.com", StringComparison.OrdinalIgnoreCase) < 0;
        var transport = new QueryTransport(credentials, options, time);
        var client = new QueryClient(transport, endpoint, region, Service, groups.Length > 0 ? TargetGroupVersion : ClassicVersion, options.Patience, time);
        var addresses = new InstanceAddresses(new QueryClient(transport, all ? endpoint : AwsEndpoint("ec2", region), region, "ec2", Ec2Version, options.Patience, time));

        var warnings = new List<string>();
        ElbBalancer balancer = groups.Length > 0
            ? await TargetGroupsAsync(groups, rule, region).ConfigureAwait(false)
            : await ClassicAsync().ConfigureAwait(false);
        return new ElbSession(balancer, groups.Length > 0 ? "TargetGroup" : "Classic", region, endpoint, options, warnings, time.GetUtcNow());

        async Task<ElbBalancer> TargetGroupsAsync(ElbArn[] arns, ElbArn? ruleArn, string inRegion)
        {
            TargetGroup[] found = await ReadGroupsAsync(client, arns, cancellationToken).ConfigureAwait(false);
            TargetGroup? lambda = found.FirstOrDefault(group => group.TargetType == "lambda");
            if (lambda is not null)
                throw new AppStatusException(ErrorId.NotSupported, $"The target of {lambda.Name} is a Lambda function, not servers: there is nothing to drain.", "Leave it out.", lambda.Name);

            var weights = ruleArn is null ? null : new RuleWeights(client, ruleArn);
            IReadOnlyDictionary<string, int>? inRule = weights is null ? null : await weights.ReadAsync(cancellationToken).ConfigureAwait(false);
            warnings.AddRange(found.Where(group => !group.InUse).Select(group => $"No load balancer forwards to the target group {group.Name}: its targets never become healthy (Target.NotInUse)."));
            warnings.AddRange(found.Where(group => inRule is not null && !inRule.ContainsKey(group.Arn)).Select(group => $"The rule does not forward to the target group {group.Name}: it has no weight to set."));
            warnings.AddRange(found.Where(group => group.DeregistrationDelay >= TimeSpan.FromSeconds(300))
                .Select(group => FormattableString.Invariant($"A target of {group.Name} drains for {group.DeregistrationDelay.TotalSeconds:0} s (its deregistration delay), whatever is in flight: pass a -DrainTimeoutSec above that, or set the delay lower.")));
            return new TargetGroupBalancer($"elb:{inRegion}/{arns[0].Account}", found, weights, client, addresses, options, time);
        }

        async Task<ElbBalancer> ClassicAsync()
        {
            QueryParameters named = new QueryParameters().AddList("LoadBalancerNames", [options.LoadBalancerName]);
            XElement answer = await client.AskAsync("DescribeLoadBalancers", named, options.LoadBalancerName, cancellationToken).ConfigureAwait(false);
            XElement balancerOf = answer.List("LoadBalancerDescriptions").FirstOrDefault() ?? throw ElbFaults.PoolNotFound(endpoint.Authority, options.LoadBalancerName, "no such load balancer");
            XElement attributes = await client.AskAsync("DescribeLoadBalancerAttributes", new QueryParameters().Add("LoadBalancerName", options.LoadBalancerName), options.LoadBalancerName, cancellationToken).ConfigureAwait(false);
            XElement? draining = attributes.Descendants().FirstOrDefault(element => element.Name.LocalName == "ConnectionDraining");
            bool drains = draining?.Text("Enabled") == "true";
            if (!drains) warnings.Add($"Connection draining is off at {options.LoadBalancerName}: taking an instance out cuts its requests off. Turn it on: aws elb modify-load-balancer-attributes.");
            int port = balancerOf.List("ListenerDescriptions").FirstOrDefault()?.Number("Listener", "InstancePort") ?? 0;
            if (port == 0) throw new AppStatusException(ErrorId.NotSupported, $"{options.LoadBalancerName} has no listener, so it sends nothing anywhere.", "", options.LoadBalancerName);
            string name = balancerOf.Text("LoadBalancerName");
            return new ClassicBalancer(FormattableString.Invariant($"elb:{region}/{name}/{balancerOf.Text("DNSName").ToLowerInvariant()}"), name, port,
                client, addresses, options, time);
        }
    }

    public override string ToString() => $"{string.Join(", ", Pools)} ({Region})";

    private static async Task<TargetGroup[]> ReadGroupsAsync(QueryClient client, ElbArn[] arns, CancellationToken cancellationToken)
    {
        IReadOnlyList<XElement> pages = await client.AskAllAsync(
            "DescribeTargetGroups", new QueryParameters().AddList("TargetGroupArns", arns.Select(arn => arn.Text)), string.Join(", ", arns.Select(arn => arn.Name)), "NextMarker", "Marker", cancellationToken).ConfigureAwait(false);
        Dictionary<string, TargetGroup> byArn = pages.SelectMany(page => page.List("TargetGroups")).Select(TargetGroup.Of).ToDictionary(group => group.Arn, StringComparer.Ordinal);
        var groups = new List<TargetGroup>(arns.Length);
        foreach (ElbArn arn in arns)
        {
            if (!byArn.TryGetValue(arn.Text, out TargetGroup? group)) throw ElbFaults.PoolNotFound(client.Endpoint.Authority, arn.Text, "no such target group");
            groups.Add(group.With(await client.AskAsync("DescribeTargetGroupAttributes", new QueryParameters().Add("TargetGroupArn", group.Arn), group.Name, cancellationToken).ConfigureAwait(false)));
        }

        return [.. groups];
    }

    private static void Check(ElbConnectOptions options, ElbArn[] groups, ElbArn? rule)
    {
        if (groups.Length > 0 == options.LoadBalancerName.Length > 0)
            throw new AppStatusException(ErrorId.InvalidArgument, "Either target groups or a classic load balancer can be connected.", "Pass -TargetGroupArn or -LoadBalancerName.");
        ElbArn? other = groups.Concat(rule is null ? [] : [rule]).FirstOrDefault(arn => arn.Region != groups[0].Region || arn.Account != groups[0].Account);
        if (other is not null)
            throw new AppStatusException(ErrorId.InvalidArgument, $"{other.Text} is of another region or account than {groups[0].Text}.", "Connect each with a Connect-Elb of its own.", other.Text);
        if (groups.Length > 0 && options.Region.Length > 0 && options.Region != groups[0].Region)
            throw new AppStatusException(ErrorId.InvalidArgument, $"{groups[0].Text} is not in the region {SafeText.Condensed(options.Region)}.", "Leave -Region out: the ARN has it.");
        if (options.EndpointUri is not { } endpoint) return;
        if (endpoint is not { IsAbsoluteUri: true, Scheme: "https" or "http" })
            throw new AppStatusException(ErrorId.InvalidArgument, $"'{SafeText.Condensed(endpoint.OriginalString)}' is no endpoint.", "Write https://host or http://host:port.");
        if (endpoint.UserInfo.Length > 0)
            throw new AppStatusException(ErrorId.PasswordInUri, $"The URI of '{endpoint.Host}' has a user or password in it, which would be seen in transcripts.", "Keys come from the environment or a profile.");
    }

    private static string FindRegion(ElbConnectOptions options, ElbArn[] groups, ElbCredentials credentials)
    {
        string region = groups.Length > 0 ? groups[0].Region : options.Region.Length > 0 ? options.Region : credentials.FindRegion();
        return region.Length > 0 ? region : throw new AppStatusException(ErrorId.InvalidArgument, "It is not known in which region the load balancer is.", "Pass -Region, or set AWS_REGION.");
    }

    private static Uri AwsEndpoint(string service, string region) => new($"https://{service}.{region}.{RegionEndpoint.GetBySystemName(region).PartitionDnsSuffix}/", UriKind.Absolute);
}
