using AppStatus.Commands.PoolMembers;
using AppStatus.Core.Balancers;
using AppStatus.Core.Balancers.RedisTable;
using AppStatus.Core.Errors;
using AppStatus.Pipeline;
using AppStatus.Sessions;

namespace AppStatus.Commands.RedisBalancer;

/// <summary>The instances of connected routing tables, as pool members: each table is read once, however many are asked for.</summary>
[Cmdlet(VerbsCommon.Get, "RedisBalancerMember")]
[OutputType(typeof(PoolMember))]
public sealed class GetRedisBalancerMemberCommand : OperationCmdlet
{
    private readonly List<(RedisTableSession Session, MemberFilter Filter)> _queries = [];
    private SessionTable? _sessions;

    /// <summary>The keys of connected routing tables; wildcards are allowed. Default: that of the session.</summary>
    [Parameter(Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [Alias("Pool")]
    [ArgumentCompleter(typeof(RedisTableKeyCompleter))]
    [SupportsWildcards]
    [AllowNull]
    [AllowEmptyCollection]
    public string[]? Key { get; set; }

    /// <summary>Members; wildcards are allowed. Default: all.</summary>
    [Parameter(Position = 1)]
    [Alias("Member")]
    [SupportsWildcards]
    [ValidateNotNullOrEmpty]
    public string[] Name { get; set; } = [];

    /// <summary>Addresses or host names, as the entries' URLs have them; wildcards are allowed.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [SupportsWildcards]
    [AllowNull]
    [AllowEmptyCollection]
    public string[]? Address { get; set; }

    /// <summary>Default: that of the piped object or of -Key, else the session that was connected last.</summary>
    [Parameter]
    [ValidateNotNull]
    public RedisTableSession? Session { get; set; }

    /// <summary>A session by its balancer's id, as members have it.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [AllowNull]
    [AllowEmptyString]
    public string? Balancer { get; set; }

    protected override void BeginProcessing() => _sessions = SessionTable.Current;

    protected override void ProcessRecord()
    {
        var filter = new MemberFilter(Name, Given(Address));
        string[] keys = Given(Key);
        try
        {
            RedisTableSession[] sessions = Candidates(keys.Length > 0);
            if (keys.Length == 0) _queries.AddRange(sessions.Select(session => (session, filter)));
            foreach (string key in keys) Add(key, sessions, filter);
        }
        catch (AppStatusException exception)
        {
            // One of many piped objects; without any session there is nothing to go on with.
            if (exception.Id == ErrorId.NotConnected) ThrowFault(exception.Fault);
            WriteFault(exception.Fault, Balancer);
        }
    }

    private protected override bool Prepare() => _queries.Count > 0;

    private protected override async Task RunAsync(IPipelineWriter output, CancellationToken cancellationToken)
    {
        foreach (IGrouping<RedisTableSession, (RedisTableSession Session, MemberFilter Filter)> queries in _queries.GroupBy(query => query.Session))
        {
            RedisTableSession table = queries.Key;
            IReadOnlyList<PoolMember> members;
            try
            {
                members = await table.Balancer.GetMembersAsync(table.Key, cancellationToken).ConfigureAwait(false);
            }
            catch (AppStatusException exception) when (exception.Id is ErrorId.PoolNotFound or ErrorId.NotARoutingTable)
            {
                output.WriteError(exception.Fault, table.Key);
                continue;
            }

            var emitted = new HashSet<string>(StringComparer.Ordinal);
            foreach (MemberFilter filter in queries.Select(query => query.Filter))
            {
                foreach (PoolMember member in filter.Select(members).Where(member => emitted.Add(member.Name))) output.WriteObject(member);
                foreach ((Fault fault, string target) in filter.Missing(members, [new PoolContent(table.Key, members)])) output.WriteError(fault, target);
            }
        }
    }

    private void Add(string key, RedisTableSession[] sessions, MemberFilter filter)
    {
        bool literal = !WildcardPattern.ContainsWildcardCharacters(key);
        WildcardPattern pattern = WildcardPattern.Get(key, WildcardOptions.IgnoreCase);
        RedisTableSession[] chosen = [.. sessions.Where(session => literal ? session.Key == key : pattern.IsMatch(session.Key))];
        _queries.AddRange(chosen.Select(session => (session, filter)));
        if (chosen.Length > 0 || !literal) return;
        WriteFault(new Fault(ErrorId.PoolNotFound,
            $"No routing table {Core.SafeText.Of(key, 100)} is connected. There is: {string.Join(", ", sessions.Select(session => session.Id))}.",
            "Type Connect-RedisBalancer with its -Key; keys are case-sensitive."), key);
    }

    /// <param name="byKey">A key chooses among all sessions, each table's newest; without one, the newest of all is meant.</param>
    private RedisTableSession[] Candidates(bool byKey)
    {
        if (Session is not null) return [Session];
        if (!string.IsNullOrEmpty(Balancer))
        {
            return [_sessions!.WithBalancer<RedisTableSession>(Balancer!) ?? throw new AppStatusException(
                ErrorId.BalancerNotConnected, $"The balancer {Core.SafeText.Of(Balancer!, 200)} is no connected routing table.", "Type Connect-RedisBalancer, or pass -Session.")];
        }

        RedisTableSession newest = _sessions!.Default<RedisTableSession>("Connect-RedisBalancer");
        return byKey ? [.. _sessions.All<RedisTableSession>().GroupBy(session => session.Id, StringComparer.Ordinal).Select(same => same.Last())] : [newest];
    }

    private static string[] Given(string[]? texts) => [.. (texts ?? []).Where(text => !string.IsNullOrEmpty(text))];
}
