using AppStatus.Core.Deployments.Planning;

namespace AppStatus.Core.Deployments;

/// <summary>What was asked of a deployment; journaled, so it holds no secret and no script.</summary>
public sealed record DeploymentOptions
{
    public string Release { get; init; } = "";

    /// <summary>What an instance reports when it runs the release, compared ordinally; empty: versions are not checked.</summary>
    public string ExpectedVersion { get; init; } = "";

    public string Reason { get; init; } = "";

    public TrafficControl TrafficControl { get; init; }

    /// <summary>See <see cref="BatchSchedule.Parse"/>.</summary>
    public string BatchSize { get; init; } = "1";

    /// <summary>How many enabled members of each pool must stay serving: a count, or a share that is rounded up.</summary>
    public string MinimumHealthy { get; init; } = "50%";

    /// <summary>Failed lanes that are tolerated over the whole deployment; with one more no new lane starts.</summary>
    public int MaxFailures { get; init; }

    /// <summary>Deploy instances that fail their check beforehand, and do so first.</summary>
    public bool IncludeUnhealthy { get; init; }

    public TimeSpan DrainTimeout { get; init; } = TimeSpan.FromSeconds(300);

    /// <summary>As many live connections, or fewer, count as idle.</summary>
    public int IdleConnections { get; init; }

    public DrainTimeoutAction OnDrainTimeout { get; init; }

    /// <summary>How long to wait for idleness where no connections are counted.</summary>
    public TimeSpan DrainWait { get; init; } = TimeSpan.FromSeconds(30);

    public TimeSpan DeployTimeout { get; init; } = TimeSpan.FromSeconds(600);

    /// <summary>How often a failed deploy is run again.</summary>
    public int DeployRetry { get; init; }

    public TimeSpan Settle { get; init; }

    /// <summary>Healthy without a break for so long.</summary>
    public TimeSpan Stable { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Each wait for health, for serving, and for capacity, ends after so long.</summary>
    public TimeSpan HealthyDeadline { get; init; } = TimeSpan.FromSeconds(300);

    /// <summary>How much later a monitor that nobody can observe is trusted to have seen a status.</summary>
    public TimeSpan MonitorDelay { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>How long health is watched after each wave.</summary>
    public TimeSpan Bake { get; init; }

    /// <summary>The same, after the first wave.</summary>
    public TimeSpan FirstBake { get; init; }

    /// <summary>How many instances may run another version at the end, and be taken out for it.</summary>
    public int MaxMismatched { get; init; } = 3;

    /// <summary>How long a running deploy action may go on after a stop was asked for.</summary>
    public TimeSpan StopGrace { get; init; } = TimeSpan.FromSeconds(30);

    public FailureAction OnFailure { get; init; }

    /// <summary>The waves (from 1) after which an approval is waited for.</summary>
    public IReadOnlyList<int> ApproveAfter { get; init; } = [];

    /// <summary>How long a pause may last before the run ends paused.</summary>
    public TimeSpan PauseTimeout { get; init; } = TimeSpan.FromSeconds(3600);

    /// <summary>Instances in stage replace those that are ready; nothing is deployed.</summary>
    public bool Promote { get; init; }

    /// <summary>Blue-green: an approval is waited for when the idle side is verified, before it gets traffic.</summary>
    public bool RequireApproval { get; init; }

    /// <summary>Blue-green: for so long the old side's health is watched, so that a way back to it is known to be open.</summary>
    public TimeSpan KeepWarm { get; init; }

    /// <summary>Blue-green: a virtual server is switched although a policy or an iRule of it may choose the pool.</summary>
    public bool IgnorePolicies { get; init; }

    /// <summary>Canary: the shares of the traffic, 1–100, that the canaries get one after the other.</summary>
    public IReadOnlyList<int> TrafficPercent { get; init; } = [];

    /// <summary>Canary: the names of those that get the release first, as they were typed; empty: so many as <see cref="CanaryCount"/> says.</summary>
    public IReadOnlyList<string> CanaryInstances { get; init; } = [];

    /// <summary>Canary: how many get the release first.</summary>
    public int CanaryCount { get; init; } = 1;

    /// <summary>Canary: what keeps its release, is deployed anew, and is compared with; as they were typed.</summary>
    public IReadOnlyList<string> BaselineInstances { get; init; } = [];

    /// <summary>Canary: for so long each share is watched.</summary>
    public TimeSpan Step { get; init; }

    /// <summary>How often metrics are looked at.</summary>
    public TimeSpan Interval { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>An analysis judges each share: a resume needs it again.</summary>
    public bool HasAnalysis { get; init; }

    /// <summary>Alert rules watch the deployment: a resume needs them again.</summary>
    public bool HasAlertRules { get; init; }

    /// <summary>Somebody is told of the deployment: a resume needs the channels again.</summary>
    public bool HasChannel { get; init; }

    /// <summary>From then on no new lane starts; null: no such time.</summary>
    public DateTimeOffset? NotAfter { get; init; }

    /// <summary>The balancers' other units get each drain before the deploy, and what the run has left at its end.</summary>
    public bool ConfigSync { get; init; }

    /// <summary>The balancers save their running configuration when the run ends.</summary>
    public bool SaveConfig { get; init; }

    /// <summary>The path of the deploy script, where it is a file: a resume or an undo finds it by that.</summary>
    public string DeployScriptPath { get; init; } = "";

    /// <summary>What must answer 200; empty: the status endpoint.</summary>
    public string HealthPath { get; init; } = "";

    public string HostHeader { get; init; } = "";

    /// <summary>A health check of the user's was given: a resume needs it again.</summary>
    public bool HasHealthCheck { get; init; }

    /// <summary>Status endpoints were spoken to with a credential or a token: a resume needs it again.</summary>
    public bool HasStatusCredential { get; init; }

    public bool HasBeforeDrainHook { get; init; }

    public bool HasAfterRestoreHook { get; init; }

    /// <summary>A script of the user's tells the version, so versions are checked even without an expected one.</summary>
    public bool HasVersionCheck { get; init; }

    /// <summary>SHA-256 of the deploy script's text, in hexadecimal: the text itself is never journaled.</summary>
    public string DeployScriptHash { get; init; } = "";

    /// <summary>The image, without its tag, that replaces each instance's container; empty: a script deploys. The release is the tag.</summary>
    public string DeployImage { get; init; } = "";

    internal bool Deploys => DeployScriptHash.Length > 0 || DeployImage.Length > 0;

    /// <summary>The tag of what runs tells the version, and not the application.</summary>
    internal bool ChecksImage => DeployImage.Length > 0 && ExpectedVersion == Release && !HasVersionCheck;

    internal bool ChecksVersion => ExpectedVersion.Length > 0 || HasVersionCheck;
}
