using AppStatus.Core.Balancers;
using AppStatus.Core.Deployments;
using AppStatus.Core.Deployments.Planning;
using AppStatus.Core.Errors;

namespace AppStatus.Commands.Deployments.Strategies;

/// <summary>A strategy as it was typed: what only it asks for, and its way from the world to the plan.</summary>
internal abstract class StrategyForm
{
    /// <summary>Through what traffic is controlled where nothing was asked for; null: as the input allows.</summary>
    public virtual TrafficControl? UsualControl => null;

    /// <summary>Whether the instances come through the pipeline; else <see cref="ReadMembersAsync"/> finds them.</summary>
    public virtual bool TakesInstances => true;

    /// <summary>On the pipeline thread, before anything is read: what can't be meant.</summary>
    /// <exception cref="AppStatusException"><see cref="ErrorId.InvalidArgument"/>, or <see cref="ErrorId.BalancerNotConnected"/>.</exception>
    public virtual void Check(DeploymentCmdlet typed)
    {
    }

    /// <summary>The options with what only this strategy has.</summary>
    public virtual DeploymentOptions Complete(DeploymentOptions options, DeploymentCmdlet typed) => options;

    /// <summary>The members that the strategy is about, where they do not come through the pipeline.</summary>
    /// <exception cref="AppStatusException"><see cref="ErrorId.NoInstances"/>, or the balancer can't be read.</exception>
    public virtual Task<IReadOnlyList<PoolMember>> ReadMembersAsync(CancellationToken cancellationToken) => Task.FromResult<IReadOnlyList<PoolMember>>([]);

    /// <summary>From the world as it was read to the plan, or to the reasons why there is none.</summary>
    public abstract Task<PlanningResult> PlanAsync(DeploymentOptions options, PlanningInput world, IReadOnlyDictionary<string, IBalancer> balancers, CancellationToken cancellationToken);

    private protected static AppStatusException Mistake(string message, string nextStep) => new(ErrorId.InvalidArgument, $"{message} Nothing was touched.", nextStep);
}
