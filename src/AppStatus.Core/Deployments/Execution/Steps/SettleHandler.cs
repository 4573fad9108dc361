namespace AppStatus.Core.Deployments.Execution.Steps;

internal sealed class SettleHandler(DeploymentOptions options, TimeProvider time) : IStepHandler
{
    public async Task<StepOutcome> RunAsync(StepRequest request, CancellationToken cancellationToken)
    {
        await time.DelayAsync(options.Settle, cancellationToken).ConfigureAwait(false);
        return new StepOutcome($"Waited {options.Settle.TotalSeconds:0.#} s.");
    }
}
