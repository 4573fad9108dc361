using AppStatus.Core.Errors;
using AppStatus.Core.Verification;

namespace AppStatus.Core.Deployments.Execution.Steps;

/// <summary>Looks at the instance before anything is touched: an unhealthy one is left alone, unless it was asked for.</summary>
internal sealed class CheckHealthHandler(HealthGate health, DeploymentOptions options) : IStepHandler
{
    public async Task<StepOutcome> RunAsync(StepRequest request, CancellationToken cancellationToken)
    {
        Instance instance = request.Lane.Instance;
        HealthReading reading = await health.LookAsync(instance, request.Lane.StatusUri, request.Lane.Release, versionToo: false, cancellationToken).ConfigureAwait(false);
        if (Changed(instance, reading) is { } changed)
        {
            // Who tries it again has been told, and means it.
            return request.Attempt > 1
                ? new StepOutcome($"{reading.Detail} {changed}")
                : new StepOutcome(changed, new Fault(
                    ErrorId.ChangedByOperator, $"{changed} Somebody has deployed to it meanwhile; it was not touched.",
                    "Type Resume-Deployment to deploy over that, or Undo-Deployment to take the others back."));
        }

        if (reading.Healthy || options.IncludeUnhealthy) return new StepOutcome(reading.Detail);
        return new StepOutcome(reading.Detail, new Fault(
            ErrorId.CheckFailed,
            $"{instance.Name} failed its check before the deployment: {reading.Detail} It was skipped: nothing was deployed to it.",
            "Mend it, or deploy to it with -IncludeUnhealthy."));
    }

    // What a script of the user's tells may be anything, such as a time.
    private string? Changed(Instance instance, HealthReading reading)
    {
        bool other = !options.HasVersionCheck && instance.Version.Length > 0 && reading.Version.Length > 0
            && reading.Version != instance.Version && reading.Version != instance.ExpectedVersion;
        return other ? $"{instance.Name} runs '{reading.Version}', and ran '{instance.Version}' when the deployment was planned." : null;
    }
}
