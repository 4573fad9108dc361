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
        var restore = new RestoreHandler(pools, time);
        var serving = new AwaitServingHandler(pools, options, time);
        var verify = new VerifyHandler(health, options);
        var handlers = new Dictionary<StepKind, IStepHandler>
        {
            [StepKind.CheckHealth] = new CheckHealthHandler(health, options),
            [StepKind.Drain] = new DrainHandler(pools, lane => lane.Leaving),
            [StepKind.AwaitIdle] = new AwaitIdleHandler(pools, options, time),
            [StepKind.Deploy] = new DeployHandler(deploy, options, time),
            [StepKind.Settle] = new SettleHandler(options, time),
            [StepKind.Verify] = verify,
            [StepKind.Restore] = restore,
            [StepKind.Enter] = new EnterHandler(pools),
            [StepKind.AwaitServing] = serving,
            [StepKind.Confirm] = verify,
            [StepKind.SwitchPool] = new SwitchPoolHandler(pools),
            [StepKind.Shift] = new ShiftHandler(pools),
            [StepKind.Cut] = new CutHandler(pools, time),
            [StepKind.Commit] = new CommitHandler(pools),
            [StepKind.PutBack] = new PutBackHandler(restore, serving, pools),
            [StepKind.TakeOut] = new DrainHandler(pools, lane => lane.Memberships),
        };
        if (options.ConfigSync)
            foreach (StepKind step in new[] { StepKind.Drain, StepKind.AwaitIdle, StepKind.TakeOut }) handlers[step] = new ConfigSyncHandler(handlers[step], pools);
        if (beforeDrain is not null) handlers[StepKind.BeforeDrain] = new HookHandler(beforeDrain, lane => lane.Replaces?.Instance ?? lane.Instance);
        if (afterRestore is not null) handlers[StepKind.AfterRestore] = new HookHandler(afterRestore, lane => lane.Instance);
        return handlers;
    }
}
