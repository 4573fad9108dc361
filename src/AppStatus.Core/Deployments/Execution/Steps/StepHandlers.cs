using AppStatus.Core.Deployments.Planning;
using AppStatus.Core.Verification;

namespace AppStatus.Core.Deployments.Execution.Steps;

/// <summary>The handler of each kind of step.</summary>
internal static class StepHandlers
{
    public static IReadOnlyDictionary<StepKind, IStepHandler> Of(
        DeploymentOptions options, PoolReader pools, HealthGate health, IDeployAction deploy,
        IInstanceHook? beforeDrain, IInstanceHook? afterRestore, TimeProvider time)
    {
        var drain = new DrainHandler(pools);
        var restore = new RestoreHandler(pools, time);
        var handlers = new Dictionary<StepKind, IStepHandler>
        {
            [StepKind.CheckHealth] = new CheckHealthHandler(health, options),
            [StepKind.Drain] = drain,
            [StepKind.AwaitIdle] = new AwaitIdleHandler(pools, options, time),
            [StepKind.Deploy] = new DeployHandler(deploy, options, time),
            [StepKind.Settle] = new SettleHandler(options, time),
            [StepKind.Verify] = new VerifyHandler(health, options),
            [StepKind.Restore] = restore,
            [StepKind.AwaitServing] = new AwaitServingHandler(pools, options, time),
            [StepKind.PutBack] = restore,
            [StepKind.TakeOut] = drain,
        };
        if (options.ConfigSync)
            foreach (StepKind step in new[] { StepKind.Drain, StepKind.AwaitIdle, StepKind.TakeOut }) handlers[step] = new ConfigSyncHandler(handlers[step], pools);
        if (beforeDrain is not null) handlers[StepKind.BeforeDrain] = new HookHandler(beforeDrain);
        if (afterRestore is not null) handlers[StepKind.AfterRestore] = new HookHandler(afterRestore);
        return handlers;
    }
}
