using AppStatus.Core.Deployments;
using AppStatus.Core.Deployments.Journal;
using AppStatus.Core.Deployments.Planning;
using AppStatus.Core.Errors;
using AppStatus.Pipeline;

namespace AppStatus.Commands.Deployments;

/// <summary>Checks everything that can be known before a deployment, with the parameters of the deployment itself; changes nothing.</summary>
[Cmdlet(VerbsDiagnostic.Test, "Deployment", DefaultParameterSetName = RollingForms.ByBlock)]
[OutputType(typeof(Finding))]
public sealed class TestDeploymentCommand : PlanningCmdlet
{
    /// <summary>What would be run for each instance.</summary>
    [Parameter(Mandatory = true, ParameterSetName = RollingForms.ByBlock)]
    [ValidateNotNull]
    public ScriptBlock? Deploy { get; set; }

    /// <summary>The same as a script file.</summary>
    [Parameter(Mandatory = true, ParameterSetName = RollingForms.ByFile)]
    [ValidateNotNullOrEmpty]
    public string? FilePath { get; set; }

    /// <summary>In environments of Start-AppEnvironment: the image that replaces each instance's container; its tag is the release.</summary>
    [Parameter(Mandatory = true, ParameterSetName = RollingForms.ByImage)]
    [ValidateNotNullOrEmpty]
    public string? Image { get; set; }

    /// <summary>Nothing would be deployed: instances in stage would replace those that are ready.</summary>
    [Parameter(Mandatory = true, ParameterSetName = RollingForms.ByPromotion)]
    public SwitchParameter Promote { get; set; }

    internal override DeployForm Form => new(Deploy, FilePath, Image);

    private protected override TrafficControl? UsualControl => Promote ? Core.Deployments.Planning.TrafficControl.Status : null;

    private protected override DeploymentOptions Complete(DeploymentOptions options) => options with { Promote = Promote };

    private protected override Task<PlanningResult> PlanAsync(PlanningInput world, CancellationToken cancellationToken) => RollingForms.PlanAsync(Options, world);

    private protected override async Task<DeploymentResult?> DriveAsync(IPipelineWriter output, LazyStore store, DeploymentNarrator narrator, string subject, CancellationToken stop)
    {
        DeploymentPorts ports = Ports(narrator, Options);
        (PlanningInput world, PlanningResult planned) = await ReadAndPlanAsync(ports, stop).ConfigureAwait(false);
        IDeploymentStore opened = await store.OpenAsync(stop).ConfigureAwait(false);
        IReadOnlyList<Finding> findings = await new Preflight(opened, ports.Balancers).RunAsync(world, planned, Options, stop).ConfigureAwait(false);
        foreach (Finding finding in findings) output.WriteObject(finding);

        Finding[] errors = [.. findings.Where(finding => finding.Level == FindingLevel.Error)];
        if (errors.Length > 0)
            output.WriteError(new Fault(ErrorId.PlanRefused, $"{errors.Length} finding{(errors.Length == 1 ? " forbids" : "s forbid")} the deployment: {string.Join(" ", errors.Select(finding => finding.Message))}"), findings);
        return null;
    }
}
