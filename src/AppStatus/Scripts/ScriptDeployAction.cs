using System.Globalization;
using AppStatus.Core.Deployments;
using AppStatus.Core.Deployments.Execution;
using AppStatus.Core.Errors;

namespace AppStatus.Scripts;

/// <summary>The user's -Deploy block as a deploy action.</summary>
/// <param name="left">Those that could not be stopped before; another one is added to them.</param>
internal sealed class ScriptDeployAction(LaneScript script, int[] successExitCodes, Action<Instance, LaneLine> line, LeftBehindDeploys left) : IDeployAction
{
    public async Task DeployAsync(Instance instance, string release, int attempt, CancellationToken cancellationToken)
    {
        left.Refuse(instance);
        Dictionary<string, object?> variables = LaneVariables.Of(instance, release, attempt);
        LaneScriptResult result = await RunAsync(instance, variables, cancellationToken).ConfigureAwait(false);
        if (result.Error is not null)
            throw Failed(instance, $"The deploy to {instance.Name} failed: {result.Error}");
        if (!successExitCodes.Contains(result.ExitCode))
            throw Failed(instance, $"The deploy to {instance.Name} ended with exit code {result.ExitCode.ToString(CultureInfo.InvariantCulture)}, which is not in -SuccessExitCode ({string.Join(", ", successExitCodes)}).");
    }

    private async Task<LaneScriptResult> RunAsync(Instance instance, Dictionary<string, object?> variables, CancellationToken cancellationToken)
    {
        try
        {
            return await script.RunAsync(variables, asText: true, text => line(instance, text), cancellationToken).ConfigureAwait(false);
        }
        catch (ScriptNotStoppedException running)
        {
            left.Add(instance, running.End);
            throw new AppStatusException(
                ErrorId.DeployNotStopped,
                $"The deploy to {instance.Name} was told to stop, by -DeployTimeoutSec or by a stop of the run, and has not ended since: it may still be running in {LeftBehindDeploys.Here}, and change the instance, which stays out of traffic. Nothing else is started.",
                "Make sure that it has ended, or end that process, before you go on: from another process Resume- and Undo-Deployment can't see it, and would deploy beside it.", instance, running);
        }
    }

    private static AppStatusException Failed(Instance instance, string message) =>
        new(ErrorId.DeployFailed, $"{message.TrimEnd('.')}. The instance stays out of traffic.", target: instance);
}
