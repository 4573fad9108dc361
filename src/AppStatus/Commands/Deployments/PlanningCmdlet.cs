using System.ComponentModel;
using AppStatus.Commands.Deployments.Strategies;
using AppStatus.Core;
using AppStatus.Core.Balancers;
using AppStatus.Core.Deployments;
using AppStatus.Core.Deployments.Execution;
using AppStatus.Core.Deployments.Planning;
using AppStatus.Core.Environments;
using AppStatus.Core.Errors;
using AppStatus.Core.Status;
using AppStatus.Core.Verification;
using AppStatus.Pipeline;
using AppStatus.Sessions;

namespace AppStatus.Commands.Deployments;

/// <summary>From what was typed and piped in to the plan of a deployment.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public abstract class PlanningCmdlet : DeploymentCmdlet
{
    private readonly List<DeploymentTarget> _targets = [];
    private DeploymentInput? _input;
    private DeploymentScripts? _scripts;
    private StrategyForm? _strategy;

    private protected PlanningCmdlet()
    {
    }

    private protected DeploymentOptions Options { get; private set; } = new();

    private protected DeploymentInput Input => _input!;

    /// <summary>The strategy as it was typed.</summary>
    /// <exception cref="AppStatusException"><see cref="ErrorId.InvalidArgument"/>: it can't be told which.</exception>
    private protected abstract StrategyForm ReadStrategy();

    protected override void ProcessRecord()
    {
        foreach (StatusInput input in InputObject)
        {
            // One input that can't be used forbids the run: a deployment to fewer than were meant is no success.
            StatusTarget target = Checked(() => Endpoint.Resolve(input));
            if (Endpoint.Warning(target) is { } warning) Say(output => output.WriteWarning(warning));
            _targets.Add(new DeploymentTarget(target) { Goal = Goal(input) });
        }
    }

    private protected override bool Prepare()
    {
        _strategy = Checked(() =>
        {
            StrategyForm strategy = ReadStrategy();
            strategy.Check(this);
            return strategy;
        });
        base.Prepare();
        if (_targets.Count == 0 && Plan is not null) _targets.AddRange(Checked(() => PlannedTargets(Plan)));
        if (_targets.Count == 0 && _strategy.TakesInstances)
            ThrowFault(new Fault(ErrorId.NoInstances, "No instance came through the pipeline. Nothing was touched.", "Look at what the command before this one gives, such as Get-HAProxyServer -Backend app."));

        Options = Plan?.Options ?? _strategy.Complete(Checked(() => DeploymentOptionsReader.Read(this, Host.IsInteractive())), this);
        if (_strategy.TakesInstances) Take(_targets);
        _scripts = Checked(() => DeploymentScripts.Take(this));
        if (Plan is not null) RequireApproved(Plan.Options);
        Options = Options with { DeployScriptHash = _scripts.Deploy?.Hash ?? "", DeployScriptPath = _scripts.File ?? "" };
        return true;
    }

    /// <summary>What the deployment is about, and through which balancers. On the pipeline thread.</summary>
    private void Take(IReadOnlyList<DeploymentTarget> targets)
    {
        bool asked = Plan is not null || MyInvocation.BoundParameters.ContainsKey(nameof(TrafficControl));
        _input = Checked(() => DeploymentInput.Of(targets, asked ? Plan?.Options.TrafficControl ?? TrafficControl : _strategy!.UsualControl, Status, SessionTable.Current));
        Options = Options with { TrafficControl = _input.TrafficControl };
    }

    /// <summary>Finds the instances where they do not come through the pipeline.</summary>
    private protected async Task ReadInputAsync(IPipelineWriter output, CancellationToken cancellationToken)
    {
        if (_strategy!.TakesInstances) return;
        IReadOnlyList<PoolMember> members = await _strategy.ReadMembersAsync(cancellationToken).ConfigureAwait(false);
        await output.OnPipelineAsync(() =>
        {
            Take([.. members.Select(member => new DeploymentTarget(Checked(() => Endpoint.Resolve(StatusInputReader.Read(member)))))]);
            return true;
        }).ConfigureAwait(false);
    }

    // A plan knows its instances: they need not be piped a second time. Where status is seen in pools, the plan has no member of those.
    private IEnumerable<DeploymentTarget> PlannedTargets(DeploymentPlan plan)
    {
        Lane[] lanes = [.. plan.Lanes.Where(lane => lane.Shift is null && lane.Switch is null)];
        if (plan.Options.TrafficControl == TrafficControl.Balancer)
        {
            foreach (PoolMember member in lanes.SelectMany(lane => lane.AllMemberships).GroupBy(Core.Deployments.Execution.LaneRun.MemberKey, StringComparer.Ordinal).Select(group => group.First()))
                yield return new DeploymentTarget(Endpoint.Resolve(StatusInputReader.Read(member)));
        }
        else if (plan.Pools.All(pool => Core.Balancers.StatusDriven.StatusDrivenBalancer.ObservedId(pool.Balancer) is null))
        {
            foreach (Uri uri in lanes.SelectMany(lane => lane.StatusUris).Distinct())
                yield return new DeploymentTarget(Endpoint.Resolve(StatusInputReader.Read(uri)));
        }
    }

    // A node of a plan file says what shall become of it.
    private AppStatusValue? Goal(StatusInput input)
    {
        if (input.Goal is null) return null;
        if (StatusValueTransformationAttribute.Read(input.Goal) is AppStatusValue goal) return goal;
        ThrowFault(new Fault(ErrorId.InvalidTarget, $"The goal of {input}, '{Core.SafeText.Of(input.Goal, 50)}', is no status. Nothing was touched.", "It is ready, stage or stand-by."), input.Original);
        return null;
    }

    private void RequireApproved(DeploymentOptions approved)
    {
        Checked(() => { Require(approved); return true; });
        if (approved.DeployScriptHash.Length > 0 && approved.DeployScriptHash != _scripts!.Deploy?.Hash)
            ThrowFault(new Fault(ErrorId.PlanOutdated, "The deploy script is another one than the plan was made with. Nothing was touched.", "Pass that one, or make a new plan with -PlanOnly and have it approved."), Plan);
        ImageRelease? image = Form.Image is { } named ? Checked(() => ImageRelease.Of(named, Release, MachineClock.UtcNow)) : null;
        if (image is { NeedsTag: true })
            ThrowFault(new Fault(ErrorId.PlanOutdated, $"-Image {image.Repository} has no tag, so it can't be told whether it is the image that the plan was made with. Nothing was touched.", $"Pass -Image {approved.DeployImage}:{approved.Release}."), Plan);
        bool sameImage = (image?.Repository ?? "") == approved.DeployImage && (image is null || image.Release == approved.Release);
        if (!sameImage)
            ThrowFault(new Fault(ErrorId.PlanOutdated, $"The image is another one than the plan was made with ({approved.DeployImage}:{approved.Release}). Nothing was touched.", "Pass that one, or make a new plan with -PlanOnly and have it approved."), Plan);
    }

    /// <param name="options">Of the deployment that is driven: this one's, or an unfinished one's.</param>
    private protected DeploymentPorts Ports(DeploymentNarrator narrator, DeploymentOptions options)
    {
        var probe = new InstanceHealthProbe(Status)
        {
            HealthPath = options.HealthPath.Length > 0 ? options.HealthPath : null,
            HostHeader = HostHeader ?? (options.HostHeader.Length > 0 ? options.HostHeader : null),
            StatusDrivesTraffic = Input.TrafficControl == TrafficControl.Status,
        };
        return _scripts!.Ports(Input.Balancers, probe, options, Status, narrator);
    }

    /// <summary>Before an unfinished deployment is gone on with in place of this one: it may need what was not passed.</summary>
    /// <exception cref="AppStatusException"><see cref="ErrorId.ScriptMissing"/>.</exception>
    private protected void Require(DeploymentOptions recorded) =>
        _scripts!.Require(recorded, deploys: recorded.DeployScriptHash.Length > 0, StatusCredential is not null || StatusToken is not null, goesOn: OnUnfinished == "Resume");

    private protected async Task<(PlanningInput World, PlanningResult Planned)> ReadAndPlanAsync(DeploymentPorts ports, CancellationToken cancellationToken)
    {
        PlanningInput world = await new WorldReader(ports)
            .ReadAsync(Input.Targets, Input.Memberships, InstanceKey == "Address", Options.Release, Options.ExpectedVersion, cancellationToken).ConfigureAwait(false);
        if (ports.Deploy is ImageDeployment images) world = world with { Instances = await images.WithReleasesAsync(world.Instances, cancellationToken).ConfigureAwait(false) };
        IReadOnlyList<Fault> refusals = await ConfigurationUpkeep.RefusalsAsync(Options, ports.Balancers.Values, cancellationToken).ConfigureAwait(false);
        return (world, refusals.Count > 0 ? new PlanningResult(null, refusals) : await _strategy!.PlanAsync(Options, world, Input.Balancers, cancellationToken).ConfigureAwait(false));
    }
}
