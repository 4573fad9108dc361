using System.ComponentModel;
using AppStatus.Core.Deployments.Planning;
using AppStatus.Core.Monitoring.Alerts;
using AppStatus.Pipeline;

namespace AppStatus.Commands.Deployments;

/// <summary>The parameters that every strategy shares, as they are typed.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public abstract class DeploymentCmdlet : DrivingCmdlet
{
    private protected DeploymentCmdlet()
    {
    }

    /// <summary>Pool members, readings of Get-AppStatus, or whatever else names an instance.</summary>
    [Parameter(ValueFromPipeline = true)]
    [StatusInputTransformation]
    public StatusInput[] InputObject { get; set; } = [];

    /// <summary>Balancer: member states; Status: the status endpoint, which the balancer's monitor reads. Default: Balancer where the input has a pool member.</summary>
    [Parameter]
    public TrafficControl TrafficControl { get; set; }

    /// <summary>What makes two memberships one instance: address and port, or the address alone where a host is deployed as a whole.</summary>
    [Parameter]
    [ValidateSet("AddressPort", "Address")]
    public string InstanceKey { get; set; } = "AddressPort";

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
    public DrainTimeoutAction OnDrainTimeout { get; set; }

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

    /// <summary>A template such as https://{Name}:8443/appstatus, or a script block that gets the input as $_.</summary>
    [Parameter]
    [ValidateNotNull]
    public object? StatusUri { get => Endpoint.StatusUri; set => Endpoint.StatusUri = value; }

    /// <summary>The status endpoint's path.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string StatusPath { get => Endpoint.StatusPath; set => Endpoint.StatusPath = value; }

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

    /// <summary>Seconds that a running deploy may go on after a stop, 0–3600.</summary>
    [Parameter]
    [ValidateRange(0, 3600)]
    public double StopGraceSec { get; set; } = 30;

    /// <summary>On an F5: each drain is brought to the other units before the deploy, and what the run has left at its end.</summary>
    [Parameter]
    public SwitchParameter ConfigSync { get; set; }

    /// <summary>On an F5: the configuration is saved when the run ends, however it ends.</summary>
    [Parameter]
    public SwitchParameter SaveConfig { get; set; }

    /// <summary>Rules that watch the deployment; one that fires for an instance with the new release is a failure.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public AlertRule[] AlertRule { get; set; } = [];

    /// <summary>Seconds from one look at the metrics to the next, 0.1–3600.</summary>
    [Parameter]
    [ValidateRange(0.1, 3600)]
    public double IntervalSec { get; set; } = 5;

    /// <summary>Why, for the journal.</summary>
    [Parameter]
    public string Reason { get; set; } = "";

    /// <summary>Emits the plan, and does nothing else.</summary>
    [Parameter]
    public SwitchParameter PlanOnly { get; set; }

    /// <summary>What is done when the failure budget is spent: Halt, Rollback (what was done is undone), or Pause (wait for somebody).</summary>
    [Parameter]
    public FailureAction OnFailure { get; set; }

    /// <summary>Wait for Approve-Deployment after the first wave.</summary>
    [Parameter]
    public SwitchParameter RequireApproval { get; set; }

    /// <summary>The waves, 1–10000, after which an approval is waited for.</summary>
    [Parameter]
    [ValidateRange(1, 10000)]
    public int[] ApproveAfter { get; set; } = [];

    /// <summary>Seconds that a pause may last before the run ends paused, 0–604800; default: 3600, or 0 where nobody can be asked.</summary>
    [Parameter]
    [ValidateRange(0, 604800)]
    public double? PauseTimeoutSec { get; set; }

    /// <summary>From then on no new lane starts, and the run pauses.</summary>
    [Parameter]
    public DateTime? NotAfter { get; set; }

    /// <summary>What is done about an unfinished deployment of the pool: Fail, Resume (go on with it instead), or Undo (and then run this one).</summary>
    [Parameter]
    [ValidateSet("Fail", "Resume", "Undo")]
    public string OnUnfinished { get; set; } = "Fail";

    /// <summary>A plan of -PlanOnly to run as it is; refused if the world has changed since.</summary>
    [Parameter]
    [DeploymentPlanTransformation]
    [ValidateNotNull]
    public DeploymentPlan? Plan { get; set; }

    internal sealed override AlertRule[] Rules => AlertRule;

    private protected sealed override TimeSpan DeployGrace => TimeSpan.FromSeconds(StopGraceSec);

    private protected override TimeSpan StopGrace => TimeSpan.FromSeconds(StopGraceSec + 90);
}
