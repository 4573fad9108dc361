using AppStatus.Core.Balancers.F5;
using AppStatus.Core.Errors;
using AppStatus.Pipeline;
using AppStatus.Sessions;

namespace AppStatus.Commands.F5;

/// <summary>Ends sessions: deletes their tokens, of which a user can have a hundred, and closes their connections.</summary>
[Cmdlet(VerbsCommunications.Disconnect, "F5", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.Low)]
[OutputType(typeof(void))]
public sealed class DisconnectF5Command : OperationCmdlet
{
    private readonly List<F5Session> _chosen = [];
    private SessionTable? _sessions;
    private bool _piped;

    /// <summary>Default: the session that was connected last.</summary>
    [Parameter(Position = 0, ValueFromPipeline = true)]
    [F5SessionTransformation]
    [ArgumentCompleter(typeof(F5SessionCompleter))]
    [ValidateNotNull]
    public F5Session[] Session { get; set; } = [];

    protected override void BeginProcessing() => _piped = MyInvocation.ExpectingInput;

    protected override void ProcessRecord() => _chosen.AddRange(Session);

    private protected override bool Prepare()
    {
        _sessions = SessionTable.Current;
        // An empty pipeline, such as Get-F5Session without sessions, means none, and not the last one.
        if (_chosen.Count == 0 && !_piped) _chosen.Add(Checked(() => _sessions.Default<F5Session>("Connect-F5")));
        _chosen.RemoveAll(session => !ShouldProcess($"{session}", "disconnect"));
        return _chosen.Count > 0;
    }

    private protected override async Task RunAsync(IPipelineWriter output, CancellationToken cancellationToken)
    {
        foreach (F5Session session in _chosen)
        {
            _sessions!.Remove(session);
            try
            {
                await session.DisconnectAsync(cancellationToken).ConfigureAwait(false);
                output.WriteVerbose($"Disconnected from {session}.");
            }
            catch (AppStatusException exception)
            {
                string message = $"The token of the session with {session} could not be deleted: {exception.Fault.Message} The session is closed here; on the unit the token ends by itself ({session.TokenExpires:u} at the latest).";
                output.WriteError(new Fault(exception.Id, message), session);
            }
        }
    }
}
