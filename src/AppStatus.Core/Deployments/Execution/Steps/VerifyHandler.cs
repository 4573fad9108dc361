using AppStatus.Core.Errors;
using AppStatus.Core.Verification;

namespace AppStatus.Core.Deployments.Execution.Steps;

/// <summary>The instance must be healthy, without a break, on the expected version, before it gets traffic again.</summary>
internal sealed class VerifyHandler(HealthGate health, DeploymentOptions options) : IStepHandler
{
    public async Task<StepOutcome> RunAsync(StepRequest request, CancellationToken cancellationToken)
    {
        Instance instance = request.Lane.Instance;
        (bool reached, HealthReading last) = await health
            .AwaitAsync(instance, request.Lane.StatusUri, request.Lane.Release, options.Stable, options.HealthyDeadline, cancellationToken).ConfigureAwait(false);
        if (reached) return new StepOutcome(last.Detail);

        string within = $"within {options.HealthyDeadline.TotalSeconds:0.#} s";
        Fault fault = last.Healthy && !last.RunsExpected
            ? new Fault(ErrorId.VersionMismatch, $"{instance.Name} is healthy but reports version '{last.Version}' instead of '{instance.ExpectedVersion}' {within}; it stays out of traffic.", "Look at what the deploy did there.")
            : new Fault(ErrorId.HealthNotReached, $"{instance.Name} was not healthy for {options.Stable.TotalSeconds:0.#} s {within}: {last.Detail} It stays out of traffic.", "Look at the application's log there.");
        return new StepOutcome(last.Detail, fault);
    }
}
