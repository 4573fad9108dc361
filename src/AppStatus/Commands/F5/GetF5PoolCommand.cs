using AppStatus.Core.Balancers.F5;
using AppStatus.Pipeline;

namespace AppStatus.Commands.F5;

/// <summary>The pools of a BIG-IP, by one request.</summary>
[Cmdlet(VerbsCommon.Get, "F5Pool", DefaultParameterSetName = ByName)]
[OutputType(typeof(F5Pool))]
public sealed class GetF5PoolCommand : F5NamedReadingCmdlet
{
    /// <summary>Names, full paths or wildcards; default: all. A name without a path is in Common, or in -Partition.</summary>
    [Parameter(Position = 0, ParameterSetName = ByName)]
    [Alias("Pool")]
    [ArgumentCompleter(typeof(F5PoolCompleter))]
    [SupportsWildcards]
    [ValidateNotNullOrEmpty]
    public string[] Name { get; set; } = ["*"];

    private protected override string[] Names => Name;

    private protected override string Kind => "pool";

    // A virtual server or a member names its pool; one that has none names nothing, and not all of them.
    private protected override string? NameOf(BalancerInput input) => input.Text ?? (input.HasPool ? input.Pool ?? "" : input.Name);

    private protected override async Task ReadAsync(F5Session session, IReadOnlyList<string> names, IPipelineWriter output, CancellationToken cancellationToken)
    {
        IReadOnlyList<F5Pool> pools = await session.Balancer.GetPoolsAsync(Partition, cancellationToken).ConfigureAwait(false);
        string[] paths = [.. pools.Select(pool => pool.FullPath)];
        Sessions.Pools.Remember(session.Id, paths);
        Emit(names, pools, pool => pool.FullPath, pattern => pattern.PoolNotFound(session.Uri, paths), output);
    }
}
