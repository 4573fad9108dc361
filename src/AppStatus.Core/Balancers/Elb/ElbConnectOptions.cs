namespace AppStatus.Core.Balancers.Elb;

/// <summary>How to reach AWS Elastic Load Balancing: either target groups or a classic load balancer.</summary>
internal sealed record ElbConnectOptions
{
    /// <summary>Target groups of one account and region; empty for a classic load balancer.</summary>
    public IReadOnlyList<string> TargetGroupArns { get; init; } = [];

    /// <summary>The rule whose weights are set, or a listener for its default rule; empty for none.</summary>
    public string RuleArn { get; init; } = "";

    /// <summary>A classic load balancer; empty for target groups.</summary>
    public string LoadBalancerName { get; init; } = "";

    /// <summary>Empty: that of the ARNs, of the environment, or of the profile.</summary>
    public string Region { get; init; } = "";

    /// <summary>Empty: the SDK's chain.</summary>
    public string ProfileName { get; init; } = "";

    /// <summary>Null: AWS's own for the region.</summary>
    public Uri? EndpointUri { get; init; }

    public Uri? Proxy { get; init; }

    /// <summary>For one request.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How long a request that was throttled, or that found nobody, is tried again.</summary>
    public TimeSpan Patience { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How long a change may take until it can be read: AWS's answers are eventually consistent.</summary>
    public TimeSpan ConfirmLimit { get; init; } = TimeSpan.FromSeconds(10);
}
