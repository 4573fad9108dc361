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
    internal static readonly TimeSpan HeardWithin = TimeSpan.FromSeconds(30);

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
    private protected abstract bool IsHeeded(DeploymentResult now, RunState state);

    /// <summary>Whether it ended on its own, on the way to hear.</summary>
    private protected virtual bool CameTooLate(DeploymentState now) => false;

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
        DeploymentResult after = await history.AwaitAsync(id, IsHeeded, Patience, cancellationToken).ConfigureAwait(false);
        if (CameTooLate(after.State))
            output.WriteError(new Fault(ErrorId.DeploymentNotRunning, $"Deployment {id} ended {after.State} before it heard: {What} meant nothing to it any more.", $"Type Resume-Deployment {id} to go on."), after);
        else
            output.WriteObject(after);
    }
}
