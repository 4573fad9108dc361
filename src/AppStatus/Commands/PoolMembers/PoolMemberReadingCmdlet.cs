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

    /// <summary>
    /// Names of pools; pools, virtual servers and environments; members and readings that came from one, to read that one again; rows with
    /// Pool and Name; and whatever has an Address or ComputerName: that host in all pools.
    /// </summary>
    [Parameter(ValueFromPipeline = true)]
    [BalancerInputTransformation]
    public BalancerInput[] InputObject { get; set; } = [];

    /// <summary>Addresses or host names: those hosts in all pools, or in those that are named; wildcards are allowed.</summary>
    [Parameter]
    [SupportsWildcards]
    [AllowNull]
    [AllowEmptyCollection]
    public string[]? Address { get; set; }

    /// <summary>A session by its balancer's id, as pools and members have it.</summary>
    [Parameter]
    [AllowNull]
    [AllowEmptyString]
    public string? Balancer { get; set; }

    /// <summary>The pools that are asked for, as typed; none for all.</summary>
    private protected abstract string[]? Pools { get; }

    /// <summary>The members that are asked for; none for all.</summary>
    private protected abstract string[] Names { get; }

    /// <summary>Whether an object that has nothing but a name is asked for as a pool, and not as a member of any.</summary>
    private protected virtual bool NamesPools => false;

    /// <summary>Chooses whom to ask, and calls <see cref="Ask"/>.</summary>
    /// <param name="sessions">Those that are connected.</param>
    /// <param name="question">What one input asks for.</param>
    /// <exception cref="AppStatusException"><see cref="ErrorId.NotConnected"/>, <see cref="ErrorId.BalancerNotConnected"/>.</exception>
    private protected abstract void Choose(SessionTable sessions, PoolQuestion question);

    protected sealed override void BeginProcessing() => _sessions = SessionTable.Current;

    protected sealed override void ProcessRecord()
    {
        if (!MyInvocation.ExpectingInput && !MyInvocation.BoundParameters.ContainsKey(nameof(InputObject)))
        {
            Choose(new PoolQuestion(Balancer, Given(Pools), new MemberFilter(Names, Given(Address))), target: null, []);
            return;
        }

        // One reason is one error, however many members of an environment it keeps away.
        var refused = new HashSet<string>(StringComparer.Ordinal);
        foreach (BalancerInput input in InputObject)
        {
            if (input.Fault is { } fault) WriteFault(fault, input.Original);
            else if (QuestionOf(input) is { } question) Choose(question, input.Original, refused);
        }
    }

    private void Choose(PoolQuestion question, object? target, HashSet<string> refused)
    {
        try
        {
            Choose(_sessions!, question);
        }
        catch (AppStatusException exception)
        {
            // One of many piped objects; without any session there is nothing to go on with.
            if (exception.Id == ErrorId.NotConnected) ThrowFault(exception.Fault);
            if (refused.Add(exception.Fault.Message)) WriteFault(exception.Fault, target ?? question.Balancer);
        }
    }

    /// <summary>What an input asks for; null for nothing. What was typed narrows it.</summary>
    private PoolQuestion? QuestionOf(BalancerInput input)
    {
        string[] typed = Given(Pools), addresses = Given(Address);
        string? balancer = string.IsNullOrEmpty(Balancer) ? input.Balancer : Balancer;
        if (input.Text is { } text || (NamesPools && input is { HasPool: false, Address: null } && typed.Length == 0 && (text = input.Name) is not null))
        {
            if (typed.Length == 0) return new PoolQuestion(balancer, [text], new MemberFilter(Names, addresses));
            WriteFault(new Fault(ErrorId.InvalidArgument, $"The pool {Core.SafeText.Of(text, 100)} is piped in, and {string.Join(", ", typed)} is named beside it.", "Pass one of them."), input.Original);
            return null;
        }

        if (input.Member is { } member && typed.Length == 0 && Names.Length == 0 && addresses.Length == 0)
            return new PoolQuestion(balancer, [member.Pool], new MemberFilter([member.Name], []) { IsExact = true }) { IsExact = true };

        // A virtual server without a pool, and nothing else to go by, asks for nothing.
        string[] pools = typed.Length > 0 ? typed : input.Pool is { } pool ? [pool] : [];
        if (input.HasPool && pools.Length == 0 && input.Address is null) return null;
        if (addresses.Length == 0 && input.Address is { } host)
            return new PoolQuestion(balancer, pools, new MemberFilter(Names, [host]) { Port = input.Pool is null ? null : input.Port });
        return new PoolQuestion(balancer, pools, new MemberFilter(Names.Length > 0 || input.IsPool || input.Name is null ? Names : [input.Name], addresses));
    }

    /// <summary>Takes a question to a session.</summary>
    private protected void Ask(PoolSource source, PoolQuestion question)
    {
        foreach (string pool in question.Pools.Length == 0 ? ["*"] : question.Pools)
            _queries.Add(new Query(source, question.IsExact ? source.ExactlyThat(pool) : source.PatternOf(pool), pool, question.Members));
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
            foreach (PoolContent pool in pools) _sessions.Members.Remember(pool.Pool, pool.Members.Select(member => member.Name));
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
