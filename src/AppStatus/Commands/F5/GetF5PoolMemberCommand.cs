using AppStatus.Commands.PoolMembers;
using AppStatus.Core.Balancers;
using AppStatus.Core.Balancers.F5;
using AppStatus.Core.Errors;
using AppStatus.Pipeline;
using AppStatus.Sessions;

namespace AppStatus.Commands.F5;

/// <summary>Members of F5 pools, with their health, connections and share: two requests, however many pools and members.</summary>
[Cmdlet(VerbsCommon.Get, "F5PoolMember")]
[OutputType(typeof(PoolMember))]
public sealed class GetF5PoolMemberCommand : OperationCmdlet
{
    private readonly List<Query> _queries = [];
    private SessionTable? _sessions;

    /// <summary>Names (in Common), full paths or wildcards; default: all pools.</summary>
    [Parameter(Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [ArgumentCompleter(typeof(F5PoolCompleter))]
    [SupportsWildcards]
    [AllowNull]
    [AllowEmptyCollection]
    public string[]? Pool { get; set; }

    /// <summary>Members' names, such as 10.1.1.1:80 or web01:80, with or without their folder; wildcards are allowed.</summary>
    [Parameter(Position = 1)]
    [SupportsWildcards]
    [ValidateNotNullOrEmpty]
    public string[] Member { get; set; } = [];

    /// <summary>Addresses or host names: those hosts in all pools, or in those of -Pool; wildcards are allowed.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [SupportsWildcards]
    [AllowNull]
    [AllowEmptyCollection]
    public string[]? Address { get; set; }

    /// <summary>A session, or its computer name; default: that of the piped object, else the one that was connected last.</summary>
    [Parameter]
    [F5SessionTransformation]
    [ArgumentCompleter(typeof(F5SessionCompleter))]
    [ValidateNotNull]
    public F5Session? Session { get; set; }

    /// <summary>A session by its balancer's id, as pools and members have it.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [AllowNull]
    [AllowEmptyString]
    public string? Balancer { get; set; }

    protected override void BeginProcessing() => _sessions = SessionTable.Current;

    protected override void ProcessRecord()
    {
        F5Session session;
        try
        {
            session = F5SessionChoice.Of(_sessions!, Session, Balancer);
        }
        catch (AppStatusException exception)
        {
            // One of many piped objects; without any session there is nothing to go on with.
            if (exception.Id == ErrorId.NotConnected) ThrowFault(exception.Fault);
            WriteFault(exception.Fault, Balancer);
            return;
        }

        string[] pools = Given(Pool), addresses = Given(Address);
        // A piped virtual server without a pool means no pool, and not all of them.
        if (MyInvocation.ExpectingInput && pools.Length == 0 && addresses.Length == 0 && MyInvocation.BoundParameters.ContainsKey(nameof(Pool))) return;
        var filter = new MemberFilter(Member, addresses);
        foreach (string pool in pools.Length == 0 ? ["*"] : pools) _queries.Add(new Query(session, new F5NamePattern(pool, partition: null), pool, filter));
    }

    private protected override bool Prepare() => _queries.Count > 0;

    private protected override async Task RunAsync(IPipelineWriter output, CancellationToken cancellationToken)
    {
        foreach (IGrouping<F5Session, Query> queries in _queries.GroupBy(query => query.Session))
        {
            if (await ReadAsync(queries.Key, [.. queries], output, cancellationToken).ConfigureAwait(false) is { } pools)
                Emit(queries, pools, output);
        }
    }

    /// <summary>One pool by itself, or all of them: that is two requests, too.</summary>
    private async Task<IReadOnlyDictionary<string, PoolContent>?> ReadAsync(F5Session session, Query[] queries, IPipelineWriter output, CancellationToken cancellationToken)
    {
        string? only = queries[0].Pattern.Literal;
        try
        {
            IReadOnlyList<PoolContent> pools = only is not null && queries.All(query => query.Pattern.Literal == only)
                ? [new PoolContent(only, await session.Balancer.GetMembersAsync(only, cancellationToken).ConfigureAwait(false))]
                : await session.Balancer.GetContentsAsync(partition: null, cancellationToken).ConfigureAwait(false);
            _sessions!.Remember(session.Id, pools.Select(pool => pool.Pool));
            return pools.ToDictionary(pool => pool.Pool, StringComparer.Ordinal);
        }
        catch (AppStatusException exception) when (exception.Id == ErrorId.PoolNotFound)
        {
            // What there is instead is worth another request.
            IReadOnlyList<F5Pool> known = await session.Balancer.GetPoolsAsync(partition: null, cancellationToken).ConfigureAwait(false);
            output.WriteError(queries[0].Pattern.PoolNotFound(session.Uri, known.Select(pool => pool.FullPath)), queries[0].Text);
            return null;
        }
    }

    private static void Emit(IEnumerable<Query> queries, IReadOnlyDictionary<string, PoolContent> pools, IPipelineWriter output)
    {
        var emitted = new HashSet<(string, string)>();
        foreach (Query query in queries)
        {
            PoolContent[] chosen = query.Pattern.Literal is { } literal
                ? pools.TryGetValue(literal, out PoolContent? one) ? [one] : []
                : [.. pools.Values.Where(pool => query.Pattern.Matches(pool.Pool))];
            if (chosen.Length == 0)
            {
                if (query.Pattern.Literal is not null) output.WriteError(query.Pattern.PoolNotFound(query.Session.Uri, pools.Keys), query.Text);
                continue;
            }

            PoolMember[] members = [.. chosen.SelectMany(pool => pool.Members)];
            foreach (PoolMember member in query.Filter.Select(members).Where(member => emitted.Add((member.Pool, member.Name)))) output.WriteObject(member);
            foreach ((Fault fault, string target) in query.Filter.Missing(members, chosen)) output.WriteError(fault, target);
        }
    }

    private static string[] Given(string[]? texts) => [.. (texts ?? []).Where(text => !string.IsNullOrEmpty(text))];

    private sealed record Query(F5Session Session, F5NamePattern Pattern, string Text, MemberFilter Filter);
}
