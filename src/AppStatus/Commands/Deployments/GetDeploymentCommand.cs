using AppStatus.Commands.PoolMembers;
using AppStatus.Core.Deployments;
using AppStatus.Core.Deployments.Execution;
using AppStatus.Core.Deployments.Journal;
using AppStatus.Core.Errors;
using AppStatus.Pipeline;

namespace AppStatus.Commands.Deployments;

/// <summary>The deployments of a store, the newest first.</summary>
[Cmdlet(VerbsCommon.Get, "Deployment", DefaultParameterSetName = All)]
[OutputType(typeof(DeploymentResult))]
public sealed class GetDeploymentCommand : OperationCmdlet
{
    private const string All = "All", ById = "Id", ByLast = "Last";

    private readonly DeploymentSelection _selection = new();
    private StoreParameters? _store;

    /// <summary>Ids of deployments.</summary>
    [Parameter(Mandatory = true, Position = 0, ParameterSetName = ById, ValueFromPipelineByPropertyName = true)]
    [ArgumentCompleter(typeof(DeploymentIdCompleter))]
    public string[] Id { get; set; } = [];

    /// <summary>The newest deployment only; of -Pool, where the store knows several, and in one of -State.</summary>
    [Parameter(Mandatory = true, ParameterSetName = ByLast)]
    public SwitchParameter Last { get; set; }

    /// <summary>Deployments of this pool; wildcards are allowed.</summary>
    [Parameter(ParameterSetName = All)]
    [ArgumentCompleter(typeof(PoolNameCompleter))]
    [Parameter(ParameterSetName = ByLast)]
    [SupportsWildcards]
    [ValidateNotNullOrEmpty]
    public string? Pool { get; set; }

    /// <summary>Deployments in one of these states.</summary>
    [Parameter(ParameterSetName = All)]
    [Parameter(ParameterSetName = ByLast)]
    public DeploymentState[] State { get; set; } = [];

    /// <summary>Where deployments are recorded: a folder, or redis://host:6379/0.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [ValidateNotNullOrEmpty]
    public string? Store { get; set; }

    /// <summary>The user and password of a store that is a Redis and wants them.</summary>
    [Parameter]
    [Credential]
    public PSCredential? StoreCredential { get; set; }

    protected override void ProcessRecord()
    {
        foreach (string id in Id) _selection.Add(id, Store);
    }

    private protected override bool Prepare()
    {
        // An empty pipeline asks for none, and not for all.
        if (MyInvocation.ExpectingInput && !_selection.IsNamed) return false;
        _store = new StoreParameters(Checked(() => _selection.StoreOf(Store)), StoreCredential, SessionState);
        return true;
    }

    private protected override async Task RunAsync(IPipelineWriter output, CancellationToken cancellationToken)
    {
        using IDeploymentStore store = await _store!.OpenAsync(output, cancellationToken).ConfigureAwait(false);
        var history = new DeploymentHistory(store);
        // Which pool's newest one is meant must be as clear as without a state.
        if (Last && State.Length > 0) await DeploymentSelection.FindLastAsync(store, Pool, cancellationToken).ConfigureAwait(false);
        IReadOnlyList<string> ids = _selection.IsNamed || (Last && State.Length == 0)
            ? await _selection.FindAsync(store, Last, Pool, cancellationToken).ConfigureAwait(false)
            : await store.ListAsync(cancellationToken).ConfigureAwait(false);
        foreach (string id in ids)
        {
            try
            {
                (DeploymentResult result, RunState state) = await history.ReadAsync(id, cancellationToken).ConfigureAwait(false);
                bool meant = _selection.IsNamed || (DeploymentSelection.IsOf(state.Plan, Pool) && (State.Length == 0 || State.Contains(result.State)));
                if (!meant) continue;
                output.WriteObject(result);
                if (Last) return;
            }
            catch (AppStatusException exception)
            {
                output.WriteError(exception.Fault, id);
            }
        }
    }
}
