using AppStatus.Commands.PoolMembers;
using AppStatus.Core.Balancers;
using AppStatus.Core.Balancers.RedisTable;
using AppStatus.Core.Errors;
using AppStatus.Sessions;

namespace AppStatus.Commands.RedisBalancer;

/// <summary>The instances of connected routing tables, as pool members: each table is read once, however many are asked for.</summary>
[Cmdlet(VerbsCommon.Get, "RedisBalancerMember")]
[OutputType(typeof(PoolMember))]
public sealed class GetRedisBalancerMemberCommand : PoolMemberReadingCmdlet
{
    /// <summary>The keys of connected routing tables; wildcards are allowed. Default: that of the session.</summary>
    [Parameter(Position = 0)]
    [Alias("Pool")]
    [ArgumentCompleter(typeof(RedisTableKeyCompleter))]
    [SupportsWildcards]
    [AllowNull]
    [AllowEmptyCollection]
    public string[]? Key { get; set; }

    /// <summary>Members; wildcards are allowed. Default: all.</summary>
    [Parameter(Position = 1)]
    [Alias("Member")]
    [ArgumentCompleter(typeof(MemberNameCompleter))]
    [SupportsWildcards]
    [ValidateNotNullOrEmpty]
    public string[] Name { get; set; } = [];

    /// <summary>Default: that of the piped object or of -Key, else the session that was connected last.</summary>
    [Parameter]
    [ValidateNotNull]
    public RedisTableSession? Session { get; set; }

    private protected override string[]? Pools => Key;

    private protected override string[] Names => Name;

    /// <summary>A session is one table, so a key chooses among sessions, each table's newest; without one, the newest of all is meant.</summary>
    private protected override void Choose(SessionTable sessions, PoolQuestion question)
    {
        RedisTableSession chosen = sessions.Choose(Session, question.Balancer, "Connect-RedisBalancer", "routing table");
        if (question.Pools.Length == 0)
        {
            Ask(new Source(chosen), question);
            return;
        }

        RedisTableSession[] tables = Session is not null || !string.IsNullOrEmpty(question.Balancer) ? [chosen]
            : [.. sessions.All<RedisTableSession>().GroupBy(session => session.Id, StringComparer.Ordinal).Select(same => same.Last())];
        PoolQuestion whole = question with { Pools = [], IsExact = false };
        foreach (string pool in question.Pools)
        {
            IPoolPattern pattern = question.IsExact ? new ExactPool(pool) : new PoolNamePattern(pool);
            RedisTableSession[] meant = [.. tables.Where(table => pattern.Matches(table.Key))];
            foreach (RedisTableSession table in meant) Ask(new Source(table), whole);
            if (meant.Length > 0 || pattern.Literal is null) continue;
            WriteFault(new Fault(ErrorId.PoolNotFound,
                $"No routing table {Core.SafeText.Of(pool, 100)} is connected. There is: {string.Join(", ", tables.Select(table => table.Id))}.",
                "Type Connect-RedisBalancer with its -Key; keys are case-sensitive."), pool);
        }
    }

    /// <summary>All that it has is one table, whose key may well look like a pattern.</summary>
    private sealed class Source(RedisTableSession table) : PoolSource(table, table.Balancer)
    {
        public override async Task<IReadOnlyList<PoolContent>> ReadAllAsync(CancellationToken cancellationToken) =>
            [new PoolContent(table.Key, await table.Balancer.GetMembersAsync(table.Key, cancellationToken).ConfigureAwait(false))];

        public override Fault NotFound(string pool, IReadOnlyCollection<string> known) => new(
            ErrorId.PoolNotFound, $"The session {table} has no routing table {Core.SafeText.Of(pool, 100)}.", "Type Connect-RedisBalancer with its -Key.");

        public override Task<(Fault Fault, object Target)> ExplainAsync(AppStatusException refusal, string pool, CancellationToken cancellationToken) =>
            Task.FromResult<(Fault, object)>((refusal.Fault, table.Key));
    }
}
