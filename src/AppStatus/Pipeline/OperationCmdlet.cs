using System.ComponentModel;

namespace AppStatus.Pipeline;

/// <summary>
/// A cmdlet that gathers its input and then does one long thing. Overrides collect in ProcessRecord; an exception out of
/// <see cref="RunAsync"/> ends the pipeline with its own id.
/// </summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public abstract class OperationCmdlet : AppStatusCmdlet
{
    private protected OperationCmdlet()
    {
    }

    private protected sealed override int Limit => 1;

    /// <summary>
    /// The work. Never on the pipeline thread: what it asks and writes goes through <paramref name="output"/>. It must end
    /// soon after the token is cancelled, within StopGrace.
    /// </summary>
    private protected abstract Task RunAsync(IPipelineWriter output, CancellationToken cancellationToken);

    protected sealed override void EndProcessing()
    {
        if (!Prepare()) return;
        try
        {
            Pump.Start(RunAsync, terminating: true);
            Pump.Finish();
        }
        catch (PipelineStoppedException) when (Pump.LastWords is not null)
        {
            // A stopped pipeline takes no more records, but the console is there still.
            Host.UI?.WriteWarningLine(Pump.LastWords);
            throw;
        }
    }

    /// <summary>On the pipeline thread, before the work: what needs the session (paths, variables, script blocks) is read here. False ends the cmdlet.</summary>
    private protected virtual bool Prepare() => true;
}
