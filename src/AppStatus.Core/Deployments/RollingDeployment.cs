using AppStatus.Core.Balancers;
using AppStatus.Core.Deployments.Execution;
using AppStatus.Core.Deployments.Execution.Steps;
using AppStatus.Core.Deployments.Journal;
using AppStatus.Core.Deployments.Planning;
using AppStatus.Core.Verification;

namespace AppStatus.Core.Deployments;

/// <summary>A rolling deployment in place, from what was piped in to its result: read, plan, and on request run.</summary>
internal sealed class RollingDeployment(DeploymentPorts ports)
{
    /// <param name="memberships">The members through which traffic is controlled; see <see cref="WorldReader"/>.</param>
    /// <exception cref="Errors.AppStatusException">The world could not be read.</exception>
    public async Task<PlanningResult> PlanAsync(
        DeploymentOptions options, IReadOnlyList<DeploymentTarget> targets, IReadOnlyList<PoolMember> memberships, bool keyByAddress, CancellationToken cancellationToken)
    {
        PlanningInput input = await new WorldReader(ports.Balancers, ports.Health)
            .ReadAsync(targets, memberships, keyByAddress, cancellationToken).ConfigureAwait(false);
        return RollingPlanner.Plan(options, input);
    }

    /// <summary>Runs the plan to its end, however it ends. A cancellation stops it in order.</summary>
    /// <exception cref="Errors.AppStatusException"><see cref="Errors.ErrorId.StoreUnavailable"/>.</exception>
    public async Task<DeploymentResult> RunAsync(DeploymentPlan plan, DeploymentStore store, CancellationToken stop)
    {
        (IJournal journal, RunState state) = await store.CreateAsync(plan, ports.Time, ports.Observer, stop).ConfigureAwait(false);
        using (journal)
        {
            var pools = new PoolReader(ports.Balancers, ports.Time);
            var health = new HealthGate(ports.Health, ports.Time);
            using var runner = new DeploymentRunner(state, journal, Handlers(plan.Options, pools, health), health, pools, ports.Time, ports.Observer);
            await runner.RunAsync(stop).ConfigureAwait(false);
            return Results.Of(runner.State, journal.Location);
        }
    }

    private Dictionary<StepKind, IStepHandler> Handlers(DeploymentOptions options, PoolReader pools, HealthGate health)
    {
        var drain = new DrainHandler(pools);
        var restore = new RestoreHandler(pools);
        var handlers = new Dictionary<StepKind, IStepHandler>
        {
            [StepKind.CheckHealth] = new CheckHealthHandler(health, options),
            [StepKind.Drain] = drain,
            [StepKind.AwaitIdle] = new AwaitIdleHandler(pools, options, ports.Time),
            [StepKind.Deploy] = new DeployHandler(ports.Deploy, options, ports.Time),
            [StepKind.Settle] = new SettleHandler(options, ports.Time),
            [StepKind.Verify] = new VerifyHandler(health, options),
            [StepKind.Restore] = restore,
            [StepKind.AwaitServing] = new AwaitServingHandler(pools, options, ports.Time),
            [StepKind.PutBack] = restore,
            [StepKind.TakeOut] = drain,
        };
        if (ports.BeforeDrain is not null) handlers[StepKind.BeforeDrain] = new HookHandler(ports.BeforeDrain, options);
        if (ports.AfterRestore is not null) handlers[StepKind.AfterRestore] = new HookHandler(ports.AfterRestore, options);
        return handlers;
    }
}
