using System.ComponentModel;

namespace AppStatus.Pipeline;

/// <summary>
/// A cmdlet that reads over its inputs: work starts in ProcessRecord, at most <see cref="ThrottleLimit"/> at a time, and
/// comes out in the order of the input, as soon as it is known.
/// </summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public abstract class StreamingCmdlet : AppStatusCmdlet
{
    private protected StreamingCmdlet()
    {
    }

    /// <summary>How many are asked side by side; 1–1024.</summary>
    [Parameter]
    [ValidateRange(1, 1024)]
    public int ThrottleLimit { get; set; } = 32;

    private protected override int Limit => ThrottleLimit;

    /// <summary>
    /// Takes one input's work; call it from ProcessRecord. An <see cref="Core.Errors.AppStatusException"/> out of it is that
    /// input's error, and the others go on.
    /// </summary>
    private protected void Start(Func<IPipelineWriter, CancellationToken, Task> work) => Pump.Start(work);

    /// <summary>Waits for all that was started. Overrides start their last work, then call this.</summary>
    protected override void EndProcessing() => Pump.Finish();
}
