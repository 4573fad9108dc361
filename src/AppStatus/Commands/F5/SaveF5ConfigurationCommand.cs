using AppStatus.Core.Balancers.F5;
using AppStatus.Core.Errors;
using AppStatus.Pipeline;
using AppStatus.Sessions;

namespace AppStatus.Commands.F5;

/// <summary>Saves the running configuration of units, so that it outlasts a restart.</summary>
[Cmdlet(VerbsData.Save, "F5Configuration", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.Medium)]
[OutputType(typeof(void))]
public sealed class SaveF5ConfigurationCommand : OperationCmdlet
{
    private readonly List<F5Session> _chosen = [];
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
        // An empty pipeline means no unit, and not the last one.
        if (_chosen.Count == 0 && !_piped) _chosen.Add(Checked(() => SessionTable.Current.Default<F5Session>("Connect-F5")));
        _chosen.RemoveAll(session => !ShouldProcess($"{session}", "save the running configuration"));
        return _chosen.Count > 0;
    }

    private protected override async Task RunAsync(IPipelineWriter output, CancellationToken cancellationToken)
    {
        foreach (F5Session session in _chosen.Distinct())
        {
            try
            {
                await session.Configuration.SaveAsync(cancellationToken).ConfigureAwait(false);
                output.WriteVerbose($"{session}: the running configuration is saved.");
            }
            catch (AppStatusException exception)
            {
                output.WriteError(exception.Fault, session);
            }
        }
    }
}
