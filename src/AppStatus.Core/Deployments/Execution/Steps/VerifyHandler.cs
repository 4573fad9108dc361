using AppStatus.Core.Errors;
using AppStatus.Core.Verification;

namespace AppStatus.Core.Deployments.Execution.Steps;

/// <summary>
/// The instance must be healthy, without a break, before it gets traffic again; and on the expected version, but where a mismatch
/// is told at the end of the run (<see cref="Planning.Lane.MayMismatch"/>).
/// </summary>
internal sealed class VerifyHandler(HealthGate health, DeploymentOptions options) : IStepHandler
{
    public async Task<StepOutcome> RunAsync(StepRequest request, CancellationToken cancellationToken)
    {
        Instance instance = request.Lane.Instance;
        (bool reached, HealthReading last) = await health
            .AwaitAsync(instance, request.Lane.StatusUri, request.Lane.Release, options.Stable, options.HealthyDeadline, !request.Lane.MayMismatch, cancellationToken).ConfigureAwait(false);
        if (reached && last.RunsExpected) return new StepOutcome(last.Detail);
        if (reached)
        {
            string mismatch = $"{instance.Name} {Reports(instance, last)}: that is settled at the end of the run.";
            request.Report(mismatch);
            return new StepOutcome(mismatch, Mismatch: last.Version.Length > 0 ? last.Version : last.Detail);
        }

        string within = $"within {options.HealthyDeadline.TotalSeconds:0.#} s";
        Fault fault = last.Healthy && !last.RunsExpected
            ? new Fault(ErrorId.VersionMismatch, $"{instance.Name} is healthy but {Reports(instance, last)} {within}; it stays out of traffic.", "Look at what the deploy did there.")
            : new Fault(ErrorId.HealthNotReached, $"{instance.Name} was not healthy for {options.Stable.TotalSeconds:0.#} s {within}: {last.Detail} It stays out of traffic.", "Look at the application's log there.");
        return new StepOutcome(last.Detail, fault);
    }

    private static string Reports(Instance instance, HealthReading reading) => reading.Version.Length > 0
        ? $"reports version '{reading.Version}' instead of '{instance.ExpectedVersion}'"
        : $"does not report to run '{instance.ExpectedVersion}'";
}
