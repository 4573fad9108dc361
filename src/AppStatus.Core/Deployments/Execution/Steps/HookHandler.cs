namespace AppStatus.Core.Deployments.Execution.Steps;

internal sealed class HookHandler(IInstanceHook hook) : IStepHandler
{
    public async Task<StepOutcome> RunAsync(StepRequest request, CancellationToken cancellationToken)
    {
        await hook.RunAsync(request.Lane.Instance, request.Lane.Release, cancellationToken).ConfigureAwait(false);
        return new StepOutcome("");
    }
}
