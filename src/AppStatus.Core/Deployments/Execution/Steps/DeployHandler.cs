using AppStatus.Core.Errors;

namespace AppStatus.Core.Deployments.Execution.Steps;

/// <summary>Runs the user's deploy action, for so long and no longer.</summary>
internal sealed class DeployHandler(IDeployAction action, DeploymentOptions options, TimeProvider time) : IStepHandler
{
    public async Task<StepOutcome> RunAsync(StepRequest request, CancellationToken cancellationToken)
    {
        Instance instance = request.Lane.Instance;
        using CancellationTokenSource limit = time.CreateCancellationTokenSource(options.DeployTimeout);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, limit.Token);
        try
        {
            await action.DeployAsync(instance, request.Lane.Release, request.Attempt, either.Token).ConfigureAwait(false);
            return new StepOutcome(request.Attempt == 1 ? "" : $"Attempt {request.Attempt}.");
        }
        catch (OperationCanceledException) when (limit.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            string text = $"The deploy to {instance.Name} did not end within {options.DeployTimeout.TotalSeconds:0.#} s and was stopped; what it left on the instance is unknown, and the instance stays out of traffic.";
            return new StepOutcome(text, new Fault(ErrorId.DeployTimedOut, text, "Raise -DeployTimeoutSec if it only needs longer."));
        }
    }
}
