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
            IReadOnlyDictionary<StepKind, IStepHandler> handlers = StepHandlers.Of(
                plan.Options, pools, health, ports.Deploy, ports.BeforeDrain, ports.AfterRestore, ports.Time);
            using var runner = new DeploymentRunner(state, journal, handlers, health, pools, ports.Time, ports.Observer);
            await runner.RunAsync(stop).ConfigureAwait(false);
            return Results.Of(runner.State, journal.Location);
        }
    }
}
