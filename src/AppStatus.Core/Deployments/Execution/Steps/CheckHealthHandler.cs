using AppStatus.Core.Errors;
using AppStatus.Core.Verification;

namespace AppStatus.Core.Deployments.Execution.Steps;

/// <summary>Looks at the instance before anything is touched: an unhealthy one is left alone, unless it was asked for.</summary>
internal sealed class CheckHealthHandler(HealthGate health, DeploymentOptions options) : IStepHandler
{
    public async Task<StepOutcome> RunAsync(StepRequest request, CancellationToken cancellationToken)
    {
        Instance instance = request.Lane.Instance;
        HealthReading reading = await health.LookAsync(instance, request.Lane.StatusUri, versionToo: false, cancellationToken).ConfigureAwait(false);
        if (reading.Healthy || options.IncludeUnhealthy) return new StepOutcome(reading.Detail);
        return new StepOutcome(reading.Detail, new Fault(
            ErrorId.CheckFailed,
            $"{instance.Name} failed its check before the deployment: {reading.Detail} It was skipped and not touched.",
            "Mend it, or deploy to it with -IncludeUnhealthy."));
    }
}
