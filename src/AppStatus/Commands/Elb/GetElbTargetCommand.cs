using AppStatus.Commands.PoolMembers;
using AppStatus.Core.Balancers;
using AppStatus.Core.Balancers.Elb;
using AppStatus.Core.Errors;
using AppStatus.Pipeline;
using AppStatus.Sessions;

namespace AppStatus.Commands.Elb;

/// <summary>The targets of target groups, or the instances of a classic load balancer, as pool members.</summary>
[Cmdlet(VerbsCommon.Get, "ElbTarget")]
[OutputType(typeof(PoolMember))]
public sealed class GetElbTargetCommand : OperationCmdlet
{
    private readonly List<Query> _queries = [];
    private SessionTable? _sessions;

    /// <summary>Target groups, or the classic load balancer, by name; wildcards are allowed. Default: all of the session.</summary>
    [Parameter(Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [Alias("Pool")]
    [ArgumentCompleter(typeof(ElbPoolCompleter))]
    [SupportsWildcards]
    [AllowNull]
    [AllowEmptyCollection]
    public string[]? TargetGroup { get; set; }

    /// <summary>Targets, as id:port; wildcards are allowed. Default: all.</summary>
    [Parameter(Position = 1)]
    [Alias("Member")]
    [SupportsWildcards]
    [ValidateNotNullOrEmpty]
    public string[] Name { get; set; } = [];

    /// <summary>Addresses or host names: those hosts in all target groups of the session, or in those of -TargetGroup; wildcards are allowed.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [SupportsWildcards]
    [AllowNull]
    [AllowEmptyCollection]
    public string[]? Address { get; set; }

    /// <summary>Default: that of the piped object, else the session that was connected last.</summary>
    [Parameter]
    [ValidateNotNull]
    public ElbSession? Session { get; set; }

    /// <summary>A session by its balancer's id, as members have it.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [AllowNull]
    [AllowEmptyString]
    public string? Balancer { get; set; }

    protected override void BeginProcessing() => _sessions = SessionTable.Current;

    protected override void ProcessRecord()
    {
        ElbSession session;
        try
        {
            session = Chosen();
        }
        catch (AppStatusException exception)
        {
            // One of many piped objects; without any session there is nothing to go on with.
            if (exception.Id == ErrorId.NotConnected) ThrowFault(exception.Fault);
            WriteFault(exception.Fault, Balancer);
            return;
        }

        var filter = new MemberFilter(Name, Given(Address));
        string[] pools = Given(TargetGroup);
        foreach (string pool in pools.Length == 0 ? ["*"] : pools) _queries.Add(new Query(session, pool, filter));
    }

    private protected override bool Prepare() => _queries.Count > 0;

    private protected override async Task RunAsync(IPipelineWriter output, CancellationToken cancellationToken)
    {
        foreach (IGrouping<ElbSession, Query> queries in _queries.GroupBy(query => query.Session))
        {
            if (await ReadAsync(queries.Key, [.. queries], output, cancellationToken).ConfigureAwait(false) is { } pools)
                Emit(queries, pools, output);
        }
    }

    private async Task<IReadOnlyList<PoolContent>?> ReadAsync(ElbSession session, Query[] queries, IPipelineWriter output, CancellationToken cancellationToken)
    {
        string only = queries[0].Pool;
        try
        {
            IReadOnlyList<PoolContent> pools = queries[0].IsLiteral && queries.All(query => query.Pool == only)
                ? [new PoolContent(only, await session.Balancer.GetMembersAsync(only, cancellationToken).ConfigureAwait(false))]
                : await session.Balancer.GetContentsAsync(cancellationToken).ConfigureAwait(false);
            if (session.Balancer.AddressFault is { } fault) output.WriteWarning($"Instances have their id for an address, so nothing reaches them by it: {fault}");
            _sessions!.Remember(session.Id, pools.Select(pool => pool.Pool));
            return pools;
        }
        catch (AppStatusException exception) when (exception.Id is ErrorId.PoolNotFound or ErrorId.InvalidArgument)
        {
            output.WriteError(exception.Fault, exception.Target ?? only);
            return null;
        }
    }

    private static void Emit(IEnumerable<Query> queries, IReadOnlyList<PoolContent> pools, IPipelineWriter output)
    {
        var emitted = new HashSet<(string, string)>();
        foreach (Query query in queries)
        {
            PoolContent[] chosen = [.. pools.Where(pool => query.Matches(pool.Pool))];
            if (chosen.Length == 0)
            {
                if (query.IsLiteral) output.WriteError(NotFound(query, pools), query.Pool);
                continue;
            }

            PoolMember[] targets = [.. chosen.SelectMany(pool => pool.Members)];
            foreach (PoolMember target in query.Filter.Select(targets).Where(target => emitted.Add((target.Pool, target.Name)))) output.WriteObject(target);
            foreach ((Fault fault, string target) in query.Filter.Missing(targets, chosen)) output.WriteError(fault, target);
        }
    }

    private static Fault NotFound(Query query, IReadOnlyList<PoolContent> pools) => new(
        ErrorId.PoolNotFound,
        $"The session {query.Session} has no target group or load balancer {Core.SafeText.Of(query.Pool, 100)}. It has: {string.Join(", ", pools.Select(pool => pool.Pool))}.",
        "Names are case-sensitive.");

    private ElbSession Chosen()
    {
        if (Session is not null) return Session;
        if (string.IsNullOrEmpty(Balancer)) return _sessions!.Default<ElbSession>("Connect-Elb");
        return _sessions!.WithBalancer<ElbSession>(Balancer!) ?? throw new AppStatusException(
            ErrorId.BalancerNotConnected, $"The balancer {Core.SafeText.Of(Balancer!, 200)} is no connected load balancer of AWS.", "Type Connect-Elb, or pass -Session.");
    }

    private static string[] Given(string[]? texts) => [.. (texts ?? []).Where(text => !string.IsNullOrEmpty(text))];

    private sealed record Query(ElbSession Session, string Pool, MemberFilter Filter)
    {
        private readonly WildcardPattern? _pattern = WildcardPattern.ContainsWildcardCharacters(Pool) ? WildcardPattern.Get(Pool, WildcardOptions.IgnoreCase) : null;

        public bool IsLiteral => _pattern is null;

        public bool Matches(string pool) => _pattern?.IsMatch(pool) ?? pool == Pool;
    }
}
