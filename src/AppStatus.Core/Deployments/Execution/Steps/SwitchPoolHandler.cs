using AppStatus.Core.Balancers;
using AppStatus.Core.Deployments.Planning;
using AppStatus.Core.Errors;

namespace AppStatus.Core.Deployments.Execution.Steps;

/// <summary>
/// Sends a virtual server's new connections to the other pool. One that has neither the pool that it had when the deployment
/// was planned nor the other one was changed by somebody, and is theirs.
/// </summary>
internal sealed class SwitchPoolHandler(PoolReader pools) : IStepHandler
{
    public async Task<StepOutcome> RunAsync(StepRequest request, CancellationToken cancellationToken)
    {
        PoolSwitch change = request.Lane.Switch!;
        IPoolSwitcher switcher = pools.Balancer(change.Balancer).Switcher();
        SwitchableServer now = await switcher.ReadServerAsync(change.VirtualServer, cancellationToken).ConfigureAwait(false);
        if (now.Pool == change.To) return new StepOutcome($"{change.VirtualServer} has {change.To} already.");
        if (now.Pool != change.From)
        {
            string text = $"{change.VirtualServer} has {(now.Pool.Length == 0 ? "no pool" : now.Pool)}, and had {change.From} when the deployment was planned: somebody has switched it, and it is left so.";
            return new StepOutcome(text, new Fault(ErrorId.ChangedByOperator, text, "Ask who did it, and plan anew."));
        }

        IReadOnlyList<PoolMember> members = await pools.ReadAsync(new PoolKey(change.Balancer, change.To), cancellationToken).ConfigureAwait(false);
        int serving = members.Count(member => member.Serving);
        if (serving < change.MinimumServing)
        {
            string text = $"{serving} of {members.Count} members of {change.To} serve, and {change.MinimumServing} are needed: {change.VirtualServer} was not switched and has {change.From}.";
            return new StepOutcome(text, new Fault(ErrorId.MinimumHealthyUnreachable, text, $"Look at the members of {change.To}."));
        }

        now = await switcher.SwitchPoolAsync(change.VirtualServer, change.To, cancellationToken).ConfigureAwait(false);
        return new StepOutcome($"{now.Name} has {now.Pool}, with {serving} serving; before, {change.From}.");
    }
}
