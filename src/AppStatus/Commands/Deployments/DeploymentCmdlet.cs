using System.ComponentModel;
using System.Security;
using AppStatus.Core.Deployments.Planning;
using AppStatus.Pipeline;

namespace AppStatus.Commands.Deployments;

/// <summary>The parameters that every strategy shares, as they are typed.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public abstract class DeploymentCmdlet : OperationCmdlet
{
    private readonly Choices _choices = new();

    private protected DeploymentCmdlet()
    {
    }

    /// <summary>Pool members, readings of Get-AppStatus, or whatever else names an instance.</summary>
    [Parameter(ValueFromPipeline = true)]
    [StatusInputTransformation]
    public StatusInput[] InputObject { get; set; } = [];

    /// <summary>Balancer: member states; Status: the status endpoint, which the balancer's monitor reads. Default: Balancer where the input has a pool member.</summary>
    [Parameter]
    public TrafficControl TrafficControl { get => _choices.TrafficControl; set => _choices.TrafficControl = value; }

    /// <summary>What makes two memberships one instance: address and port, or the address alone where a host is deployed as a whole.</summary>
    [Parameter]
    [ValidateSet("AddressPort", "Address")]
    public string InstanceKey { get; set; } = "AddressPort";

    /// <summary>What is run for each instance, with $Instance, $Release and $Attempt.</summary>
    [Parameter(Mandatory = true)]
    [ValidateNotNull]
    public ScriptBlock Deploy { get; set; } = null!;

    /// <summary>Arguments for the block's own param().</summary>
    [Parameter]
    public object?[] ArgumentList { get; set; } = [];

    /// <summary>Modules that are imported before each block runs.</summary>
    [Parameter]
    public string[] Module { get; set; } = [];

    /// <summary>Exit codes of the block's last native command that count as success.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public int[] SuccessExitCode { get; set; } = [0];

    /// <summary>The version or tag that is deployed.</summary>
    [Parameter]
    public string Release { get; set; } = "";

    /// <summary>What an instance reports when it runs the release; default: the release.</summary>
    [Parameter]
    public string? ExpectedVersion { get; set; }

    /// <summary>How many instances side by side: a number, a percentage (rounded down, at least 1), or a ramp such as 1,5,20%.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string[] BatchSize { get; set; } = ["1"];

    /// <summary>How many of each pool's enabled members must stay serving: a count, or a percentage (rounded up).</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string MinimumHealthy { get; set; } = "50%";

    /// <summary>Failures that are tolerated over the whole deployment; with one more no new lane starts.</summary>
    [Parameter]
    [ValidateRange(0, int.MaxValue)]
    public int MaxFailures { get; set; }

    /// <summary>Deploy to instances that fail their check beforehand, and to them first.</summary>
    [Parameter]
    public SwitchParameter IncludeUnhealthy { get; set; }

    /// <summary>Seconds to wait for a drained member's connections, 0–86400.</summary>
    [Parameter]
    [ValidateRange(0, 86400)]
    public double DrainTimeoutSec { get; set; } = 300;

    /// <summary>As many connections, or fewer, count as idle.</summary>
    [Parameter]
    [ValidateRange(0, int.MaxValue)]
    public int IdleConnections { get; set; }

    /// <summary>What is done with a member that is not idle in time: Fail (put back as it was), Force (offline), Continue.</summary>
    [Parameter]
    public DrainTimeoutAction OnDrainTimeout { get => _choices.OnDrainTimeout; set => _choices.OnDrainTimeout = value; }

    /// <summary>Seconds to wait where connections are not counted, 0–86400.</summary>
    [Parameter]
    [ValidateRange(0, 86400)]
    public double DrainWaitSec { get; set; } = 30;

    /// <summary>Seconds that a run of the block may take, 1–86400.</summary>
    [Parameter]
    [ValidateRange(1, 86400)]
    public double DeployTimeoutSec { get; set; } = 600;

    /// <summary>How often a failed deploy is run again, 0–100.</summary>
    [Parameter]
    [ValidateRange(0, 100)]
    public int DeployRetry { get; set; }

    /// <summary>Seconds to wait after deploying, before the first check, 0–86400.</summary>
    [Parameter]
    [ValidateRange(0, 86400)]
    public double SettleSec { get; set; }

    /// <summary>The path that must answer 200; default: the status endpoint.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? HealthPath { get; set; }

    /// <summary>In place of an HTTP answer: a block that returns $true for a healthy instance.</summary>
    [Parameter]
    [ValidateNotNull]
    public ScriptBlock? HealthCheck { get; set; }

    /// <summary>Where the version is a time stamp or a file: a block that returns the version, or whether it is the expected one.</summary>
    [Parameter]
    [ValidateNotNull]
    public ScriptBlock? VersionCheck { get; set; }

    /// <summary>A template such as https://{Name}:8443/appstatus, or a script block that gets the input as $_.</summary>
    [Parameter]
    [ValidateNotNull]
    public object? StatusUri { get => Endpoint.StatusUri; set => Endpoint.StatusUri = value; }

    /// <summary>The status endpoint's path.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string StatusPath { get => Endpoint.StatusPath; set => Endpoint.StatusPath = value; }

    /// <summary>The Host header and SNI name, where they differ from the address.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? HostHeader { get => Endpoint.HostHeader; set => Endpoint.HostHeader = value; }

    /// <summary>For Basic authentication at the status endpoint.</summary>
    [Parameter]
    [Credential]
    public PSCredential? StatusCredential { get => Endpoint.Credential; set => Endpoint.Credential = value; }

    /// <summary>A Bearer token for the status endpoint.</summary>
    [Parameter]
    public SecureString? StatusToken { get => Endpoint.Token; set => Endpoint.Token = value; }

    /// <summary>Takes any certificate of the status endpoints, in this command only.</summary>
    [Parameter]
    public SwitchParameter SkipCertificateCheck { get => Endpoint.SkipCertificateCheck; set => Endpoint.SkipCertificateCheck = value; }

    /// <summary>An HTTP proxy for the status endpoints; without it they are spoken to directly.</summary>
    [Parameter]
    public Uri? Proxy { get => Endpoint.Proxy; set => Endpoint.Proxy = value; }

    /// <summary>Seconds that an instance must be healthy without a break, 0–86400.</summary>
    [Parameter]
    [ValidateRange(0, 86400)]
    public double StableSec { get; set; } = 10;

    /// <summary>Seconds within which an instance must be healthy, serving, or admitted by capacity, 1–86400.</summary>
    [Parameter]
    [ValidateRange(1, 86400)]
    public double HealthyDeadlineSec { get; set; } = 300;

    /// <summary>Seconds that a monitor which nobody can observe is given to see a new status, 0–3600.</summary>
    [Parameter]
    [ValidateRange(0, 3600)]
    public double MonitorDelaySec { get; set; } = 15;

    /// <summary>Seconds for which health is watched after each wave, 0–86400.</summary>
    [Parameter]
    [ValidateRange(0, 86400)]
    public double BakeSec { get; set; }

    /// <summary>The same after the first wave; default: BakeSec.</summary>
    [Parameter]
    [ValidateRange(0, 86400)]
    public double? FirstBakeSec { get; set; }

    /// <summary>Instances that may run another version at the end; they are taken out of traffic. With more, the run has failed.</summary>
    [Parameter]
    [ValidateRange(0, int.MaxValue)]
    public int MaxMismatched { get; set; } = 3;

    /// <summary>A block that is run for each instance before it is drained.</summary>
    [Parameter]
    [ValidateNotNull]
    public ScriptBlock? BeforeDrain { get; set; }

    /// <summary>A block that is run for each instance after it is back in traffic.</summary>
    [Parameter]
    [ValidateNotNull]
    public ScriptBlock? AfterRestore { get; set; }

    /// <summary>Seconds that a running deploy may go on after a stop, 0–3600.</summary>
    [Parameter]
    [ValidateRange(0, 3600)]
    public double StopGraceSec { get; set; } = 30;

    /// <summary>Why, for the journal.</summary>
    [Parameter]
    public string Reason { get; set; } = "";

    /// <summary>The folder in which the deployment is recorded.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? Store { get; set; }

    /// <summary>A folder for a log of each lane.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? LogPath { get; set; }

    /// <summary>Emits the plan, and does nothing else.</summary>
    [Parameter]
    public SwitchParameter PlanOnly { get; set; }

    private protected StatusEndpointParameters Endpoint { get; } = new();

    private protected override TimeSpan StopGrace => TimeSpan.FromSeconds(StopGraceSec + 90);

    // A public type can have no field of Core's enumerations: it must be laid out before Core can be found.
    private sealed class Choices
    {
        public TrafficControl TrafficControl { get; set; }

        public DrainTimeoutAction OnDrainTimeout { get; set; }
    }
}
