using AppStatus.Core.Balancers.Elb;
using AppStatus.Core.Errors;
using AppStatus.Pipeline;
using AppStatus.Sessions;

namespace AppStatus.Commands.Elb;

/// <summary>Connects target groups, or a classic load balancer, of AWS Elastic Load Balancing. The session becomes the default one.</summary>
[Cmdlet(VerbsCommunications.Connect, "Elb", DefaultParameterSetName = ByTargetGroup)]
[OutputType(typeof(ElbSession))]
public sealed class ConnectElbCommand : OperationCmdlet
{
    private const string ByTargetGroup = "TargetGroup";
    private const string ByLoadBalancer = "LoadBalancer";

    private readonly List<string> _arns = [];
    private SessionTable? _sessions;
    private ElbConnectOptions? _options;

    /// <summary>ARNs of target groups of one account and region.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipelineByPropertyName = true, ParameterSetName = ByTargetGroup)]
    [ValidateNotNullOrEmpty]
    public string[] TargetGroupArn { get; set; } = [];

    /// <summary>The rule that forwards to the target groups by weight, or a listener for its default rule: then Set-PoolMember -Weight sets their weights, 0–999.</summary>
    [Parameter(ParameterSetName = ByTargetGroup)]
    [ValidateNotNullOrEmpty]
    public string RuleArn { get; set; } = "";

    /// <summary>The name of a classic load balancer.</summary>
    [Parameter(Mandatory = true, ParameterSetName = ByLoadBalancer)]
    [ValidateNotNullOrEmpty]
    public string LoadBalancerName { get; set; } = "";

    /// <summary>Such as eu-central-1; default: that of the ARNs, of AWS_REGION, or of the profile.</summary>
    [Parameter]
    [ValidatePattern("^[a-z0-9-]+$")]
    public string Region { get; set; } = "";

    /// <summary>A profile of the shared configuration files; default: the environment, the default profile, or the role of the instance or container.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string ProfileName { get; set; } = "";

    /// <summary>Another endpoint than AWS's own for the region, such as that of a VPC.</summary>
    [Parameter]
    [ValidateNotNull]
    public Uri? EndpointUri { get; set; }

    /// <summary>An HTTP proxy; without it the system's is used.</summary>
    [Parameter]
    public Uri? Proxy { get; set; }

    /// <summary>Seconds for one request, 1–3600.</summary>
    [Parameter]
    [ValidateRange(1, 3600)]
    public int TimeoutSec { get; set; } = 30;

    /// <summary>ARNs may come one by one.</summary>
    protected override void ProcessRecord() => _arns.AddRange(TargetGroupArn);

    private protected override bool Prepare()
    {
        _sessions = SessionTable.Current;
        if (_arns.Count == 0 && LoadBalancerName.Length == 0) return false;
        if (Proxy is { UserInfo.Length: > 0 })
            ThrowFault(new Fault(ErrorId.PasswordInUri, "The proxy's URI holds a user or a password, which would end up in transcripts.", "Pass it without."));
        _options = new ElbConnectOptions
        {
            TargetGroupArns = _arns,
            RuleArn = RuleArn,
            LoadBalancerName = LoadBalancerName,
            Region = Region,
            ProfileName = ProfileName,
            EndpointUri = EndpointUri,
            Proxy = Proxy,
            Timeout = TimeSpan.FromSeconds(TimeoutSec),
        };
        return true;
    }

    private protected override async Task RunAsync(IPipelineWriter output, CancellationToken cancellationToken)
    {
        if (EndpointUri is { Scheme: "http", IsLoopback: false } clear) output.WriteWarning($"Requests to {clear.Authority} go in clear text: a session's token can be read on the way. Use https.");
        ElbSession session = await ElbSession.ConnectAsync(_options!, cancellationToken).ConfigureAwait(false);
        foreach (string warning in session.Warnings) output.WriteWarning(warning);
        output.WriteVerbose($"Connected to {session} at {session.Endpoint}. Balancer id: {session.Id}");
        _sessions!.Add(session, session.Balancer);
        _sessions.Pools.Remember(session.Id, session.Pools);
        output.WriteObject(session);
    }
}
