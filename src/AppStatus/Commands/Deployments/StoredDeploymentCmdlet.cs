using AppStatus.Commands.PoolMembers;
using System.ComponentModel;
using AppStatus.Core.Deployments.Journal;
using AppStatus.Pipeline;

namespace AppStatus.Commands.Deployments;

/// <summary>What the cmdlets share that speak to one recorded deployment without driving it.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public abstract class StoredDeploymentCmdlet : OperationCmdlet
{
    private protected const string ById = "Id", ByLast = "Last";

    private readonly DeploymentSelection _selection = new();
    private StoreParameters? _store;

    private protected StoredDeploymentCmdlet()
    {
    }

    /// <summary>The deployment's id; what Get-Deployment emits brings it along.</summary>
    [Parameter(Mandatory = true, Position = 0, ParameterSetName = ById, ValueFromPipelineByPropertyName = true)]
    [ArgumentCompleter(typeof(DeploymentIdCompleter))]
    public string? Id { get; set; }

    /// <summary>The newest deployment; of -Pool, where the store knows several.</summary>
    [Parameter(Mandatory = true, ParameterSetName = ByLast)]
    public SwitchParameter Last { get; set; }

    /// <summary>The pool whose newest deployment is meant; wildcards are allowed.</summary>
    [Parameter(ParameterSetName = ByLast)]
    [ArgumentCompleter(typeof(PoolNameCompleter))]
    [SupportsWildcards]
    [ValidateNotNullOrEmpty]
    public string? Pool { get; set; }

    /// <summary>Where deployments are recorded: a folder, or redis://host:6379/0.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [ValidateNotNullOrEmpty]
    public string? Store { get; set; }

    /// <summary>The user and password of a store that is a Redis and wants them.</summary>
    [Parameter]
    [Credential]
    public PSCredential? StoreCredential { get; set; }

    private protected abstract Task RunAsync(IPipelineWriter output, IDeploymentStore store, string id, CancellationToken cancellationToken);

    protected override void ProcessRecord()
    {
        _selection.Add(Id, Store);
    }

    private protected override bool Prepare()
    {
        _store = new StoreParameters(Checked(() => _selection.StoreOf(Store)), StoreCredential, SessionState);
        return true;
    }

    private protected sealed override async Task RunAsync(IPipelineWriter output, CancellationToken cancellationToken)
    {
        using IDeploymentStore store = await _store!.OpenAsync(output, cancellationToken).ConfigureAwait(false);
        foreach (string id in await _selection.FindAsync(store, Last, Pool, cancellationToken).ConfigureAwait(false)) await RunAsync(output, store, id, cancellationToken).ConfigureAwait(false);
    }
}
