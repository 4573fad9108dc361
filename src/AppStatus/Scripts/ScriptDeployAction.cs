using System.Globalization;
using AppStatus.Core.Deployments;
using AppStatus.Core.Deployments.Execution;
using AppStatus.Core.Errors;

namespace AppStatus.Scripts;

/// <summary>The user's -Deploy block as a deploy action.</summary>
internal sealed class ScriptDeployAction(LaneScript script, int[] successExitCodes, Action<Instance, LaneLine> line) : IDeployAction
{
    public async Task DeployAsync(Instance instance, string release, int attempt, CancellationToken cancellationToken)
    {
        Dictionary<string, object?> variables = LaneVariables.Of(instance, release, attempt);
        LaneScriptResult result = await script.RunAsync(variables, asText: true, text => line(instance, text), cancellationToken).ConfigureAwait(false);
        if (result.Error is not null)
            throw Failed(instance, $"The deploy to {instance.Name} failed: {result.Error}");
        if (!successExitCodes.Contains(result.ExitCode))
            throw Failed(instance, $"The deploy to {instance.Name} ended with exit code {result.ExitCode.ToString(CultureInfo.InvariantCulture)}, which is not in -SuccessExitCode ({string.Join(", ", successExitCodes)}).");
    }

    private static AppStatusException Failed(Instance instance, string message) =>
        new(ErrorId.DeployFailed, $"{message.TrimEnd('.')}. The instance stays out of traffic.", target: instance);
}
