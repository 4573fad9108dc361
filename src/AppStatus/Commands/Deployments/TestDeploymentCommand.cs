using AppStatus.Commands.Deployments.Strategies;
using AppStatus.Commands.F5;
using AppStatus.Core.Balancers.F5;
using AppStatus.Core.Deployments;
using AppStatus.Core.Deployments.Planning;
using AppStatus.Core.Errors;
using AppStatus.Core.Verification.Analysis;
using AppStatus.Pipeline;

namespace AppStatus.Commands.Deployments;

/// <summary>Checks everything that can be known before a deployment of any strategy, with the parameters of the deployment itself; changes nothing.</summary>
[Cmdlet(VerbsDiagnostic.Test, "Deployment")]
[OutputType(typeof(Finding))]
public sealed class TestDeploymentCommand : PlanningCmdlet
{
    private static readonly string[] Ways = [nameof(Deploy), nameof(FilePath), nameof(Image), nameof(Promote)];
    private static readonly string[] CanaryParameters = [nameof(CanaryInstance), nameof(CanaryCount), nameof(BaselineInstance), nameof(StepSec), nameof(Analysis)];
    private static readonly string[] SwitchParameters = [nameof(Blue), nameof(Green), nameof(IgnorePolicies), nameof(Session), nameof(KeepWarmSec)];

    /// <summary>What would be run for each instance.</summary>
    [Parameter]
    [ValidateNotNull]
    public ScriptBlock? Deploy { get; set; }

    /// <summary>The same as a script file.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? FilePath { get; set; }

    /// <summary>In environments of Start-AppEnvironment: the image that replaces each instance's container; its tag is the release.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? Image { get; set; }

    /// <summary>Nothing would be deployed: instances in stage would replace those that are ready.</summary>
    [Parameter]
    public SwitchParameter Promote { get; set; }

    /// <summary>Of a canary deployment: the shares of the traffic in percent, 1–100, rising.</summary>
    [Parameter]
    [ValidateRange(1, 100)]
    public int[] TrafficPercent { get; set; } = [];

    /// <summary>The names of the canaries.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string[] CanaryInstance { get; set; } = [];

    /// <summary>How many canaries where none is named. At least 1.</summary>
    [Parameter]
    [ValidateRange(1, int.MaxValue)]
    public int CanaryCount { get; set; } = 1;

    /// <summary>The names of those that are deployed anew with their own release, and compared with.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string[] BaselineInstance { get; set; } = [];

    /// <summary>Seconds for which each share is watched, 0–604800.</summary>
    [Parameter]
    [ValidateRange(0, 604800)]
    public double StepSec { get; set; } = 60;

    /// <summary>What canaries are judged by at each share.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public AnalysisRule[] Analysis { get; set; } = [];

    /// <summary>Of a blue-green deployment: the virtual server that is switched.</summary>
    [Parameter]
    [ArgumentCompleter(typeof(F5VirtualServerCompleter))]
    [ValidateNotNullOrEmpty]
    public string VirtualServer { get; set; } = "";

    /// <summary>One of the two pools.</summary>
    [Parameter]
    [ArgumentCompleter(typeof(F5PoolCompleter))]
    [ValidateNotNullOrEmpty]
    public string Blue { get; set; } = "";

    /// <summary>The other pool.</summary>
    [Parameter]
    [ArgumentCompleter(typeof(F5PoolCompleter))]
    [ValidateNotNullOrEmpty]
    public string Green { get; set; } = "";

    /// <summary>Policies, iRules and shared members are no reason to refuse.</summary>
    [Parameter]
    public SwitchParameter IgnorePolicies { get; set; }

    /// <summary>A session, or its computer name; default: the one that was connected last.</summary>
    [Parameter]
    [F5SessionTransformation]
    [ArgumentCompleter(typeof(F5SessionCompleter))]
    [ValidateNotNull]
    public F5Session? Session { get; set; }

    /// <summary>Seconds for which the old side would be watched, 0–604800.</summary>
    [Parameter]
    [ValidateRange(0, 604800)]
    public double KeepWarmSec { get; set; }

    internal override AnalysisRule[] AnalysisRules => Analysis;

    internal override DeployForm Form => new(Deploy, FilePath, Image);

    // It finds the store that the deployment would find.
    private protected override bool Begins => true;

    private protected override StrategyForm ReadStrategy()
    {
        bool switches = VirtualServer.Length > 0;
        string[] ways = [.. Ways.Where(MyInvocation.BoundParameters.ContainsKey)];
        if (ways.Length > 1)
            throw Mistake($"-{string.Join(" and -", ways)} exclude each other.", "Pass one of them.");
        if (ways.Length == 0 && !switches)
            throw Mistake("What would be done was not said.", "Pass -Deploy, -FilePath, -Image or -Promote; or -VirtualServer, -Blue and -Green.");
        if (switches && (Promote || Image is not null))
            throw Mistake($"-{ways[0]} and -{nameof(VirtualServer)} exclude each other.", "Pass one of them.");
        if (TrafficPercent.Length > 0 && (Promote || switches))
            throw Mistake($"-TrafficPercent and -{(Promote ? nameof(Promote) : nameof(VirtualServer))} exclude each other: they are of different strategies.", "Pass one of them.");
        if (TrafficPercent.Length == 0 && CanaryParameters.FirstOrDefault(MyInvocation.BoundParameters.ContainsKey) is { } canary)
            throw Mistake($"-{canary} is of a canary deployment, and there is no -TrafficPercent.", "Pass the shares, such as -TrafficPercent 5,25,100.");
        bool exchanges = Promote && MyInvocation.BoundParameters.ContainsKey(nameof(KeepWarmSec));
        if (exchanges) return new SideExchangeForm(TimeSpan.FromSeconds(KeepWarmSec));
        if (!switches && SwitchParameters.FirstOrDefault(MyInvocation.BoundParameters.ContainsKey) is { } side)
            throw Mistake($"-{side} is of a blue-green deployment, and there is no -VirtualServer.", "Pass -VirtualServer, -Blue and -Green.");
        if (switches && (Blue.Length == 0 || Green.Length == 0))
            throw Mistake("-VirtualServer is switched between two pools, and they were not named.", "Pass -Blue and -Green.");
        if (TrafficPercent.Length > 0)
        {
            return new CanaryForm
            {
                TrafficPercent = TrafficPercent,
                Instances = CanaryInstance,
                Count = MyInvocation.BoundParameters.ContainsKey(nameof(CanaryCount)) ? CanaryCount : null,
                Baselines = BaselineInstance,
                Step = TimeSpan.FromSeconds(StepSec),
                Analysis = Analysis,
                Rules = AlertRule,
            };
        }

        return !switches ? new RollingForm(Promote) : new PoolSwitchForm
        {
            VirtualServer = VirtualServer,
            Blue = Blue,
            Green = Green,
            IgnorePolicies = IgnorePolicies,
            KeepWarm = TimeSpan.FromSeconds(KeepWarmSec),
            Session = Session,
        };
    }

    private protected override async Task<DeploymentResult?> DriveAsync(IPipelineWriter output, LazyStore store, DeploymentNarrator narrator, string subject, CancellationToken stop)
    {
        await ReadInputAsync(output, stop).ConfigureAwait(false);
        DeploymentPorts ports = Ports(narrator, Options);
        (PlanningInput world, PlanningResult planned) = await ReadAndPlanAsync(ports, stop).ConfigureAwait(false);
        var preflight = new Preflight(store.OpenAsync, ports.Balancers);
        Finding[] findings = [.. await preflight.RunAsync(world, planned, Options, stop).ConfigureAwait(false), .. CheckOutputs(narrator)];
        foreach (Finding finding in findings) output.WriteObject(finding);

        Finding[] errors = [.. findings.Where(finding => finding.Level == FindingLevel.Error)];
        if (errors.Length > 0)
            output.WriteError(new Fault(ErrorId.PlanRefused, $"{errors.Length} finding{(errors.Length == 1 ? " forbids" : "s forbid")} the deployment: {string.Join(" ", errors.Select(finding => finding.Message))}"), findings);
        return null;
    }

    private static AppStatusException Mistake(string message, string nextStep) => new(ErrorId.InvalidArgument, message, nextStep);
}
