using AppStatus.Core.Deployments.Planning;

namespace AppStatus.Core.Deployments.Execution.Steps;

/// <param name="instance">Of a lane: the one that it is run for.</param>
internal sealed class HookHandler(IInstanceHook hook, Func<Lane, Instance> instance) : IStepHandler
{
    public async Task<StepOutcome> RunAsync(StepRequest request, CancellationToken cancellationToken)
    {
        await hook.RunAsync(instance(request.Lane), request.Lane.Release, request.Attempt, cancellationToken).ConfigureAwait(false);
        return new StepOutcome("");
    }
}
