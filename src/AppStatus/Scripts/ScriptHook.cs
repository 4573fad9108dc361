using System.Globalization;
using AppStatus.Core;
using AppStatus.Core.Deployments;
using AppStatus.Core.Deployments.Execution;
using AppStatus.Core.Errors;

namespace AppStatus.Scripts;

/// <summary>The user's -BeforeDrain or -AfterRestore block.</summary>
internal sealed class ScriptHook(LaneScript script, string parameter, TimeSpan timeout, Action<Instance, LaneLine> line) : IInstanceHook
{
    public async Task RunAsync(Instance instance, string release, int attempt, CancellationToken cancellationToken)
    {
        using CancellationTokenSource clock = MachineClock.CreateCancellationTokenSource(timeout);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, clock.Token);
        try
        {
            LaneScriptResult result = await script.RunAsync(LaneVariables.Of(instance, release, attempt), asText: true, text => line(instance, text), limit.Token).ConfigureAwait(false);
            if (result.Error is not null)
                throw new AppStatusException(ErrorId.HookFailed, $"-{parameter} failed for {instance.Name}: {result.Error}", target: instance);
            if (result.Exited is not (null or 0))
                throw new AppStatusException(ErrorId.HookFailed, $"-{parameter} left with exit code {result.ExitCode.ToString(CultureInfo.InvariantCulture)} for {instance.Name}.", target: instance);
        }
        catch (ScriptNotStoppedException running)
        {
            throw new AppStatusException(ErrorId.HookFailed, $"-{parameter} was told to stop for {instance.Name}, and has not ended since: it may still be running in {LeftBehindDeploys.Here}.", "Make sure that it has ended, or end that process, before you go on.", instance, running);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new AppStatusException(ErrorId.HookFailed, $"-{parameter} did not end for {instance.Name} within {timeout.TotalSeconds:0.#} s and was stopped.", target: instance);
        }
    }
}
