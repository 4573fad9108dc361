using AppStatus.Commands.PoolMembers;
using AppStatus.Core.Deployments;
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

    private StoreParameters? _store;

    /// <summary>Ids of deployments.</summary>
    [Parameter(Mandatory = true, Position = 0, ParameterSetName = ById)]
    [ArgumentCompleter(typeof(DeploymentIdCompleter))]
    public string[] Id { get; set; } = [];

    /// <summary>The newest deployment only; of -Pool, where the store knows several.</summary>
    [Parameter(Mandatory = true, ParameterSetName = ByLast)]
    public SwitchParameter Last { get; set; }

    /// <summary>Deployments of this pool; wildcards are allowed.</summary>
    [Parameter(ParameterSetName = All)]
    [ArgumentCompleter(typeof(PoolNameCompleter))]
    [Parameter(ParameterSetName = ByLast)]
    [ValidateNotNullOrEmpty]
    public string? Pool { get; set; }

    /// <summary>Deployments in one of these states.</summary>
    [Parameter(ParameterSetName = All)]
    public DeploymentState[] State { get; set; } = [];

    /// <summary>Where deployments are recorded: a folder, or redis://host:6379/0.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? Store { get; set; }

    /// <summary>The user and password of a store that is a Redis and wants them.</summary>
    [Parameter]
    [Credential]
    public PSCredential? StoreCredential { get; set; }

    private protected override bool Prepare()
    {
        _store = new StoreParameters(Store, StoreCredential, SessionState);
        return true;
    }

    private protected override async Task RunAsync(IPipelineWriter output, CancellationToken cancellationToken)
    {
        using IDeploymentStore store = await _store!.OpenAsync(output, cancellationToken).ConfigureAwait(false);
        var history = new DeploymentHistory(store);
        IReadOnlyList<string> ids =
            Last ? [await DeploymentSelection.FindAsync(store, Pool, cancellationToken).ConfigureAwait(false)]
            : Id.Length > 0 ? Id
            : await store.ListAsync(cancellationToken).ConfigureAwait(false);
        foreach (string id in ids)
        {
            try
            {
                (DeploymentResult result, _) = await history.ReadAsync(id, cancellationToken).ConfigureAwait(false);
                if (Last || Matches(result)) output.WriteObject(result);
            }
            catch (AppStatusException exception)
            {
                output.WriteError(exception.Fault, id);
            }
        }
    }

    private bool Matches(DeploymentResult result)
    {
        bool state = State.Length == 0 || State.Contains(result.State);
        WildcardPattern? pattern = Pool is null ? null : WildcardPattern.Get(Pool, WildcardOptions.None);
        return state && (pattern is null || result.Pool.Split(',').Any(pool => pattern.IsMatch(pool.Trim())));
    }
}
