using System.ComponentModel;
using AppStatus.Core.Errors;

namespace AppStatus.Pipeline;

/// <summary>What both kinds of cmdlets share: a pump, and an end that leaves nothing behind.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public abstract class AppStatusCmdlet : PSCmdlet, IDisposable
{
    private readonly object _gate = new();
    private Pump? _pump;
    private bool _stopping;

    private protected AppStatusCmdlet()
    {
    }

    /// <summary>How many pieces of work run side by side.</summary>
    private protected abstract int Limit { get; }

    /// <summary>Whether output keeps the order of the input, or comes as it is known.</summary>
    private protected virtual bool InOrder => true;

    /// <summary>How long cancelled work may take to end.</summary>
    private protected virtual TimeSpan StopGrace => TimeSpan.FromSeconds(60);

    /// <summary>Made at the first use, when the parameters are bound; stopped already where the pipeline was stopped before that.</summary>
    private protected Pump Pump
    {
        get
        {
            lock (_gate)
            {
                if (_pump is null)
                {
                    _pump = new Pump(this, Math.Max(1, Limit), StopGrace, InOrder);
                    if (_stopping) _pump.Stop();
                }

                return _pump;
            }
        }
    }

    /// <summary>For the pipeline thread: -WhatIf, or the preference. Then nothing is written, not even to find something out.</summary>
    private protected bool IsPreview => LanguagePrimitives.IsTrue(MyInvocation.BoundParameters.TryGetValue("WhatIf", out object? asked) ? asked : SessionState.PSVariable.GetValue("WhatIfPreference"));

    /// <summary>For the pipeline thread: comes out in its turn, behind what earlier work still has to say.</summary>
    private protected void WriteFault(Fault fault, object? target) => Say(output => output.WriteError(fault, target));

    /// <summary>For the pipeline thread: comes out in its turn.</summary>
    private protected void Say(Action<IPipelineWriter> write) => Pump.Write(write);

    /// <summary>Ends the pipeline with an error; all work is cancelled and awaited when PowerShell disposes of the cmdlet.</summary>
    private protected void ThrowFault(Fault fault, object? target = null) => End(ErrorCatalogue.ToRecord(fault, target));

    /// <summary>Ends the pipeline with an error, on its thread; never returns.</summary>
    internal virtual void End(ErrorRecord record) => ThrowTerminatingError(record);

    /// <summary>For the pipeline thread: an expected failure in there ends the pipeline with its own id.</summary>
    private protected T Checked<T>(Func<T> read)
    {
        try
        {
            return read();
        }
        catch (AppStatusException exception)
        {
            ThrowFault(exception.Fault, exception.Target);
            throw; // not reached: the error above ends the pipeline
        }
    }

    /// <summary>What is said at once when the pipeline is stopped and work still needs a while to end; null for nothing.</summary>
    private protected virtual string? StopNotice => null;

    protected sealed override void StopProcessing()
    {
        try
        {
            // A stopping pipeline takes no more records, but the console is there still. Said first: the end may come at once.
            if (StopNotice is { } notice) Host.UI?.WriteWarningLine(notice);
        }
        catch (Exception)
        {
            // A host that can't show it is no reason not to stop.
        }

        Pump? pump;
        lock (_gate)
        {
            _stopping = true;
            pump = _pump;
        }

        pump?.Stop();
    }

    public void Dispose()
    {
        Dispose(disposing: true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Waits for all work first, then releases what it used (clients, sessions): overrides call the base before their own.</summary>
    protected virtual void Dispose(bool disposing) => _pump?.Dispose();
}
