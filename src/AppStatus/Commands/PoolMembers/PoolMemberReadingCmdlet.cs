using System.ComponentModel;
using AppStatus.Core.Balancers;
using AppStatus.Core.Errors;
using AppStatus.Pipeline;
using AppStatus.Sessions;

namespace AppStatus.Commands.PoolMembers;

/// <summary>
/// What the cmdlets that read members share: questions are gathered from the pipeline, each session is read once, and whatever
/// is named exactly and not there is an error. A cmdlet says how its sessions are chosen and what its pools are called.
/// </summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public abstract class PoolMemberReadingCmdlet : OperationCmdlet
{
    private readonly List<Query> _queries = [];
    private SessionTable? _sessions;

    private protected PoolMemberReadingCmdlet()
    {
    }

    /// <summary>Addresses or host names: those hosts in all pools, or in those that are named; wildcards are allowed.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [SupportsWildcards]
    [AllowNull]
    [AllowEmptyCollection]
    public string[]? Address { get; set; }

    /// <summary>A session by its balancer's id, as pools and members have it.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [AllowNull]
    [AllowEmptyString]
    public string? Balancer { get; set; }

    /// <summary>The pools that are asked for, as typed or piped; none for all.</summary>
    private protected abstract string[]? Pools { get; }

    /// <summary>The members that are asked for; none for all.</summary>
    private protected abstract string[] Names { get; }

    /// <summary>Chooses whom to ask about one input, and calls <see cref="Ask"/>.</summary>
    /// <param name="sessions">Those that are connected.</param>
    /// <param name="pools">Without empty ones; none for all.</param>
    /// <exception cref="AppStatusException"><see cref="ErrorId.NotConnected"/>, <see cref="ErrorId.BalancerNotConnected"/>.</exception>
    private protected abstract void Choose(SessionTable sessions, string[] pools);

    protected sealed override void BeginProcessing() => _sessions = SessionTable.Current;

    protected sealed override void ProcessRecord()
    {
        try
        {
            Choose(_sessions!, Given(Pools));
        }
        catch (AppStatusException exception)
        {
            // One of many piped objects; without any session there is nothing to go on with.
            if (exception.Id == ErrorId.NotConnected) ThrowFault(exception.Fault);
            WriteFault(exception.Fault, Balancer);
        }
    }

    /// <summary>Whether members are asked for by address.</summary>
    private protected bool HasAddress => Given(Address).Length > 0;

    /// <summary>Takes a question to a session, about the members that the parameters name.</summary>
    private protected void Ask(PoolSource source, params string[] pools)
    {
        var filter = new MemberFilter(Names, Given(Address));
        foreach (string pool in pools.Length == 0 ? ["*"] : pools) _queries.Add(new Query(source, source.PatternOf(pool), pool, filter));
    }

    private protected sealed override bool Prepare() => _queries.Count > 0;

    private protected sealed override async Task RunAsync(IPipelineWriter output, CancellationToken cancellationToken)
    {
        foreach (IGrouping<object, Query> queries in _queries.GroupBy(query => query.Source.Session))
        {
            if (await ReadAsync(queries.First().Source, [.. queries], output, cancellationToken).ConfigureAwait(false) is { } pools)
                Emit(queries, pools, output);
        }
    }

    /// <summary>One pool by itself, or all of them at once.</summary>
    private async Task<IReadOnlyDictionary<string, PoolContent>?> ReadAsync(PoolSource source, Query[] queries, IPipelineWriter output, CancellationToken cancellationToken)
    {
        string? only = queries[0].Pattern.Literal;
        try
        {
            IReadOnlyList<PoolContent> pools = only is not null && queries.All(query => query.Pattern.Literal == only)
                ? [new PoolContent(only, await source.Balancer.GetMembersAsync(only, cancellationToken).ConfigureAwait(false))]
                : await source.ReadAllAsync(cancellationToken).ConfigureAwait(false);
            if (source.Warning is { } warning) output.WriteWarning(warning);
            _sessions!.Pools.Remember(source.Balancer.Id, pools.Select(pool => pool.Pool));
            return pools.ToDictionary(pool => pool.Pool, StringComparer.Ordinal);
        }
        catch (AppStatusException exception) when (exception.Id is ErrorId.PoolNotFound or ErrorId.InvalidArgument or ErrorId.NotARoutingTable)
        {
            (Fault fault, object target) = await source.ExplainAsync(exception, queries[0].Text, cancellationToken).ConfigureAwait(false);
            output.WriteError(fault, target);
            return null;
        }
    }

    private static void Emit(IEnumerable<Query> queries, IReadOnlyDictionary<string, PoolContent> pools, IPipelineWriter output)
    {
        var emitted = new HashSet<(string, string)>();
        foreach (Query query in queries)
        {
            string? literal = query.Pattern.Literal;
            PoolContent[] chosen = literal is null ? [.. pools.Values.Where(pool => query.Pattern.Matches(pool.Pool))]
                : pools.TryGetValue(literal, out PoolContent? one) ? [one]
                : [];
            if (chosen.Length == 0)
            {
                if (literal is not null) output.WriteError(query.Source.NotFound(query.Text, [.. pools.Keys]), query.Text);
                continue;
            }

            PoolMember[] members = [.. chosen.SelectMany(pool => pool.Members)];
            foreach (PoolMember member in query.Filter.Select(members).Where(member => emitted.Add((member.Pool, member.Name)))) output.WriteObject(member);
            foreach ((Fault fault, string target) in query.Filter.Missing(members, chosen)) output.WriteError(fault, target);
        }
    }

    private static string[] Given(string[]? texts) => [.. (texts ?? []).Where(text => !string.IsNullOrEmpty(text))];

    private sealed record Query(PoolSource Source, IPoolPattern Pattern, string Text, MemberFilter Filter);
}
