using AppStatus.Core.Balancers.F5;
using AppStatus.Pipeline;
using AppStatus.Sessions;

namespace AppStatus.Commands.F5;

/// <summary>The pools of a BIG-IP, by one request.</summary>
[Cmdlet(VerbsCommon.Get, "F5Pool")]
[OutputType(typeof(F5Pool))]
public sealed class GetF5PoolCommand : OperationCmdlet
{
    private readonly List<string> _names = [];
    private SessionTable? _sessions;
    private F5Session? _session;

    /// <summary>Names, full paths or wildcards; default: all. A name without a path is in Common, or in -Partition.</summary>
    [Parameter(Position = 0, ValueFromPipeline = true)]
    [Alias("Pool")]
    [ArgumentCompleter(typeof(F5PoolCompleter))]
    [SupportsWildcards]
    [ValidateNotNullOrEmpty]
    public string[] Name { get; set; } = ["*"];

    /// <summary>The pools of one partition only.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? Partition { get; set; }

    /// <summary>A session, or its computer name; default: the one that was connected last.</summary>
    [Parameter]
    [F5SessionTransformation]
    [ArgumentCompleter(typeof(F5SessionCompleter))]
    [ValidateNotNull]
    public F5Session? Session { get; set; }

    protected override void ProcessRecord() => _names.AddRange(Name);

    private protected override bool Prepare()
    {
        _sessions = SessionTable.Current;
        _session = Session ?? Checked(() => _sessions.Default<F5Session>("Connect-F5"));
        return _names.Count > 0;
    }

    private protected override async Task RunAsync(IPipelineWriter output, CancellationToken cancellationToken)
    {
        IReadOnlyList<F5Pool> pools = await _session!.Balancer.GetPoolsAsync(Partition, cancellationToken).ConfigureAwait(false);
        _sessions!.Remember(_session.Id, pools.Select(pool => pool.FullPath));

        var emitted = new HashSet<string>(StringComparer.Ordinal);
        foreach (string name in _names)
        {
            var pattern = new F5NamePattern(name, Partition);
            F5Pool[] found = [.. pools.Where(pool => pattern.Matches(pool.FullPath))];
            foreach (F5Pool pool in found.Where(pool => emitted.Add(pool.FullPath))) output.WriteObject(pool);
            if (found.Length == 0 && pattern.Literal is not null) output.WriteError(pattern.PoolNotFound(_session.Uri, pools.Select(pool => pool.FullPath)), name);
        }
    }
}
