using AppStatus.Core.Balancers.F5;
using AppStatus.Core.Errors;
using AppStatus.Pipeline;
using AppStatus.Sessions;

namespace AppStatus.Commands.F5;

/// <summary>Sends the new connections of virtual servers to another pool, and reads back that they go there.</summary>
[Cmdlet(VerbsCommon.Set, "F5VirtualServer", DefaultParameterSetName = ByName, SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.Medium)]
[OutputType(typeof(F5VirtualServer))]
public sealed class SetF5VirtualServerCommand : OperationCmdlet
{
    private const string ByName = "Name", Piped = "InputObject";

    private readonly List<(F5Session Session, string Name)> _chosen = [];
    private SessionTable? _sessions;
    private F5NamePattern? _pool;

    /// <summary>Names (in Common) or full paths; several are switched together, or none of them.</summary>
    [Parameter(Mandatory = true, Position = 0, ParameterSetName = ByName)]
    [Alias("VirtualServer")]
    [ArgumentCompleter(typeof(F5VirtualServerCompleter))]
    [ValidateNotNullOrEmpty]
    public string[] Name { get; set; } = [];

    /// <summary>What Get-F5VirtualServer emits, names, or rows with a Name; of a row only the name counts, never its pool.</summary>
    [Parameter(Mandatory = true, ValueFromPipeline = true, ParameterSetName = Piped)]
    [BalancerInputTransformation]
    public BalancerInput[] InputObject { get; set; } = [];

    /// <summary>The pool that new connections go to: a name in Common, or a full path. It never binds from the pipeline.</summary>
    [Parameter(Mandatory = true, Position = 1)]
    [ArgumentCompleter(typeof(F5PoolCompleter))]
    [ValidateNotNullOrEmpty]
    public string Pool { get; set; } = "";

    /// <summary>Takes a pool in which no member serves.</summary>
    [Parameter]
    public SwitchParameter AllowEmptyPool { get; set; }

    /// <summary>Emits the virtual servers as they read after the change.</summary>
    [Parameter]
    public SwitchParameter PassThru { get; set; }

    /// <summary>A session, or its computer name; default: that of the piped object, else the one that was connected last.</summary>
    [Parameter]
    [F5SessionTransformation]
    [ArgumentCompleter(typeof(F5SessionCompleter))]
    [ValidateNotNull]
    public F5Session? Session { get; set; }

    /// <summary>A session by its balancer's id, as virtual servers have it.</summary>
    [Parameter]
    [AllowNull]
    [AllowEmptyString]
    public string? Balancer { get; set; }

    protected override void BeginProcessing() => _sessions = SessionTable.Current;

    protected override void ProcessRecord()
    {
        foreach (string name in Name) Take(name, Balancer);
        foreach (BalancerInput input in InputObject)
        {
            // Several are switched together, or none of them: one that is not understood ends it all.
            if (input.Fault is { } fault) ThrowFault(fault, input.Original);
            if (input.Member is not null || (input.Text ?? input.Name) is not { } name)
                ThrowFault(new Fault(ErrorId.InvalidTarget, $"The object '{Core.SafeText.Of($"{input}", 100)}' names no virtual server. Nothing was changed.", "Pass a name, or an object with one."), input.Original);
            else
                Take(name, string.IsNullOrEmpty(Balancer) ? input.Balancer : Balancer);
        }
    }

    private void Take(string name, string? balancer) =>
        _chosen.Add((Checked(() => _sessions!.Choose(Session, balancer, "Connect-F5", "F5")), Checked(() => Literal(name))));

    private protected override bool Prepare()
    {
        _pool = new F5NamePattern(Checked(() => Literal(Pool)), partition: null);
        _chosen.RemoveAll(one => !ShouldProcess(Core.SafeText.Of($"{one.Name} on {one.Session}"), Core.SafeText.Of($"send new connections to pool {_pool.Literal}")));
        return _chosen.Count > 0;
    }

    private protected override async Task RunAsync(IPipelineWriter output, CancellationToken cancellationToken)
    {
        foreach (IGrouping<F5Session, string> chosen in _chosen.Distinct().GroupBy(one => one.Session, one => one.Name))
        {
            foreach (F5VirtualServer one in await SwitchAsync(chosen.Key, [.. chosen], cancellationToken).ConfigureAwait(false))
            {
                string[] others = [.. one.Rules, .. one.Policies];
                if (others.Length > 0) output.WriteWarning($"{one.FullPath} has {string.Join(", ", others)}, which may choose another pool than {one.Pool}.");
                output.WriteVerbose($"{one.FullPath}: new connections go to pool {one.Pool}.");
                if (PassThru) output.WriteObject(one);
            }
        }
    }

    private async Task<IReadOnlyList<F5VirtualServer>> SwitchAsync(F5Session session, string[] names, CancellationToken cancellationToken)
    {
        try
        {
            return await session.VirtualServers.SetPoolAsync(names, _pool!.Literal!, AllowEmptyPool, cancellationToken).ConfigureAwait(false);
        }
        catch (AppStatusException exception) when (exception.Id == ErrorId.PoolNotFound)
        {
            // What there is instead is worth another request.
            IReadOnlyList<F5Pool> known = await session.Balancer.GetPoolsAsync(partition: null, cancellationToken).ConfigureAwait(false);
            throw new AppStatusException(_pool!.PoolNotFound(session.Uri, known.Select(pool => pool.FullPath)), Pool, exception);
        }
    }

    // A pattern would switch what nobody has looked at: Get-F5VirtualServer selects, and pipes.
    private static string Literal(string typed) => new F5NamePattern(typed, partition: null).Literal ?? throw new AppStatusException(
        ErrorId.InvalidArgument, $"'{Core.SafeText.Of(typed, 100)}' is a pattern. Nothing was changed.", "Name it, or pipe in what Get-F5VirtualServer selects.", typed);
}
