using System.ComponentModel;
using AppStatus.Core;
using AppStatus.Core.Deployments;
using AppStatus.Core.Deployments.Execution;
using AppStatus.Core.Deployments.Journal;
using AppStatus.Core.Errors;
using AppStatus.Pipeline;

namespace AppStatus.Commands.Deployments;

/// <summary>Speaks through the store to whoever drives a deployment, and waits until it is heard.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public abstract class SignallingCmdlet : StoredDeploymentCmdlet
{
    /// <summary>A driver listens once a second.</summary>
    private static readonly TimeSpan HeardWithin = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan LookInterval = TimeSpan.FromMilliseconds(300);

    private protected SignallingCmdlet()
    {
    }

    /// <summary>Why, for the journal.</summary>
    [Parameter]
    public string Reason { get; set; } = "";

    private protected abstract ControlAction Action { get; }

    private protected abstract string What { get; }

    /// <summary>How long it is waited for; null: as long as it takes.</summary>
    private protected virtual TimeSpan? Patience => HeardWithin;

    /// <summary>Whether the signal means something to a deployment as it stands.</summary>
    private protected abstract bool Fits(DeploymentState state);

    /// <summary>Whether the deployment has heeded the signal.</summary>
    private protected abstract bool IsHeeded(DeploymentState state);

    private protected override async Task RunAsync(IPipelineWriter output, IDeploymentStore store, string id, CancellationToken cancellationToken)
    {
        var history = new DeploymentHistory(store);
        (DeploymentResult before, _) = await history.ReadAsync(id, cancellationToken).ConfigureAwait(false);
        if (!Fits(before.State))
        {
            output.WriteError(new Fault(ErrorId.DeploymentNotRunning, $"Deployment {id} is {before.State}: {What} means nothing to it.", $"Look at it with Get-Deployment {id}."), before);
            return;
        }

        if (!await output.ShouldProcessAsync($"deployment {id} ({before.State})", What).ConfigureAwait(false)) return;
        await store.SendAsync(id, new ControlSignal(Action, Environment.UserName) { Reason = Reason }, cancellationToken).ConfigureAwait(false);
        await AwaitAsync(output, history, id, cancellationToken).ConfigureAwait(false);
    }

    private protected async Task AwaitAsync(IPipelineWriter output, DeploymentHistory history, string id, CancellationToken cancellationToken)
    {
        DateTimeOffset? until = Patience is { } patience ? MachineClock.UtcNow + patience : null;
        while (true)
        {
            (DeploymentResult now, _) = await history.ReadAsync(id, cancellationToken).ConfigureAwait(false);
            if (IsHeeded(now.State))
            {
                output.WriteObject(now);
                return;
            }

            if (until is { } end && MachineClock.UtcNow >= end)
            {
                output.WriteError(new Fault(ErrorId.TimedOut, $"Deployment {id} was told, and has not heeded it within {HeardWithin.TotalSeconds:0} s: it is {now.State}.", $"Look at it with Get-Deployment {id}; its driver may hang."), now);
                return;
            }

            await MachineClock.DelayAsync(LookInterval, cancellationToken).ConfigureAwait(false);
        }
    }
}
