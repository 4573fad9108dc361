using AppStatus.Commands.PoolMembers;
using AppStatus.Core.Balancers;
using AppStatus.Core.Balancers.HAProxy;
using AppStatus.Core.Errors;
using AppStatus.Pipeline;
using AppStatus.Sessions;

namespace AppStatus.Commands.HAProxy;

/// <summary>The servers of HAProxy backends, as pool members: one connection, however many backends.</summary>
[Cmdlet(VerbsCommon.Get, "HAProxyServer")]
[OutputType(typeof(PoolMember))]
public sealed class GetHAProxyServerCommand : OperationCmdlet
{
    private readonly List<Query> _queries = [];
    private SessionTable? _sessions;

    /// <summary>Backends; wildcards are allowed. Default: all.</summary>
    [Parameter(Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [Alias("Pool")]
    [ArgumentCompleter(typeof(HAProxyBackendCompleter))]
    [SupportsWildcards]
    [AllowNull]
    [AllowEmptyCollection]
    public string[]? Backend { get; set; }

    /// <summary>Servers; wildcards are allowed. Default: all.</summary>
    [Parameter(Position = 1)]
    [Alias("Member")]
    [SupportsWildcards]
    [ValidateNotNullOrEmpty]
    public string[] Name { get; set; } = [];

    /// <summary>Addresses or host names: those hosts in all backends, or in those of -Backend; wildcards are allowed.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [SupportsWildcards]
    [AllowNull]
    [AllowEmptyCollection]
    public string[]? Address { get; set; }

    /// <summary>Default: that of the piped object, else the session that was connected last.</summary>
    [Parameter]
    [ValidateNotNull]
    public HAProxySession? Session { get; set; }

    /// <summary>A session by its balancer's id, as members have it.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [AllowNull]
    [AllowEmptyString]
    public string? Balancer { get; set; }

    protected override void BeginProcessing() => _sessions = SessionTable.Current;

    protected override void ProcessRecord()
    {
        HAProxySession session;
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
        string[] backends = Given(Backend);
        foreach (string backend in backends.Length == 0 ? ["*"] : backends) _queries.Add(new Query(session, backend, filter));
    }

    private protected override bool Prepare() => _queries.Count > 0;

    private protected override async Task RunAsync(IPipelineWriter output, CancellationToken cancellationToken)
    {
        foreach (IGrouping<HAProxySession, Query> queries in _queries.GroupBy(query => query.Session))
        {
            if (await ReadAsync(queries.Key, [.. queries], output, cancellationToken).ConfigureAwait(false) is { } backends)
                Emit(queries, backends, output);
        }
    }

    private async Task<IReadOnlyList<PoolContent>?> ReadAsync(HAProxySession session, Query[] queries, IPipelineWriter output, CancellationToken cancellationToken)
    {
        string only = queries[0].Backend;
        try
        {
            IReadOnlyList<PoolContent> backends = queries[0].IsLiteral && queries.All(query => query.Backend == only)
                ? [new PoolContent(only, await session.Balancer.GetMembersAsync(only, cancellationToken).ConfigureAwait(false))]
                : await session.Balancer.GetContentsAsync(cancellationToken).ConfigureAwait(false);
            _sessions!.Remember(session.Id, backends.Select(backend => backend.Pool));
            return backends;
        }
        catch (AppStatusException exception) when (exception.Id is ErrorId.PoolNotFound or ErrorId.InvalidArgument)
        {
            output.WriteError(exception.Fault, exception.Target ?? only);
            return null;
        }
    }

    private static void Emit(IEnumerable<Query> queries, IReadOnlyList<PoolContent> backends, IPipelineWriter output)
    {
        var emitted = new HashSet<(string, string)>();
        foreach (Query query in queries)
        {
            PoolContent[] chosen = [.. backends.Where(backend => query.Matches(backend.Pool))];
            if (chosen.Length == 0)
            {
                if (query.IsLiteral) output.WriteError(NotFound(query, backends), query.Backend);
                continue;
            }

            PoolMember[] servers = [.. chosen.SelectMany(backend => backend.Members)];
            foreach (PoolMember server in query.Filter.Select(servers).Where(server => emitted.Add((server.Pool, server.Name)))) output.WriteObject(server);
            foreach ((Fault fault, string target) in query.Filter.Missing(servers, chosen)) output.WriteError(fault, target);
        }
    }

    private static Fault NotFound(Query query, IReadOnlyList<PoolContent> backends) => new(
        ErrorId.PoolNotFound,
        $"HAProxy {query.Session} has no backend {Core.SafeText.Of(query.Backend, 100)}. It has: {string.Join(", ", backends.Select(backend => backend.Pool))}.",
        "Names are case-sensitive.");

    private HAProxySession Chosen()
    {
        if (Session is not null) return Session;
        if (string.IsNullOrEmpty(Balancer)) return _sessions!.Default<HAProxySession>("Connect-HAProxy");
        return _sessions!.WithBalancer<HAProxySession>(Balancer!) ?? throw new AppStatusException(
            ErrorId.BalancerNotConnected, $"The balancer {Core.SafeText.Of(Balancer!, 200)} is no connected HAProxy.", "Type Connect-HAProxy, or pass -Session.");
    }

    private static string[] Given(string[]? texts) => [.. (texts ?? []).Where(text => !string.IsNullOrEmpty(text))];

    private sealed record Query(HAProxySession Session, string Backend, MemberFilter Filter)
    {
        private readonly WildcardPattern? _pattern = WildcardPattern.ContainsWildcardCharacters(Backend) ? WildcardPattern.Get(Backend, WildcardOptions.IgnoreCase) : null;

        public bool IsLiteral => _pattern is null;

        public bool Matches(string backend) => _pattern?.IsMatch(backend) ?? backend == Backend;
    }
}
