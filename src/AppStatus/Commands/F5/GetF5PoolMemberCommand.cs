using AppStatus.Commands.PoolMembers;
using AppStatus.Core.Balancers;
using AppStatus.Core.Balancers.F5;
using AppStatus.Core.Errors;
using AppStatus.Sessions;

namespace AppStatus.Commands.F5;

/// <summary>Members of F5 pools, with their health, connections and share: two requests, however many pools and members.</summary>
[Cmdlet(VerbsCommon.Get, "F5PoolMember")]
[OutputType(typeof(PoolMember))]
public sealed class GetF5PoolMemberCommand : PoolMemberReadingCmdlet
{
    /// <summary>Names (in Common), full paths or wildcards; default: all pools.</summary>
    [Parameter(Position = 0)]
    [ArgumentCompleter(typeof(F5PoolCompleter))]
    [SupportsWildcards]
    [AllowNull]
    [AllowEmptyCollection]
    public string[]? Pool { get; set; }

    /// <summary>Members' names, such as 10.1.1.1:80 or web01:80, with or without their folder; wildcards are allowed.</summary>
    [Parameter(Position = 1)]
    [ArgumentCompleter(typeof(MemberNameCompleter))]
    [SupportsWildcards]
    [ValidateNotNullOrEmpty]
    public string[] Member { get; set; } = [];

    /// <summary>A session, or its computer name; default: that of the piped object, else the one that was connected last.</summary>
    [Parameter]
    [F5SessionTransformation]
    [ArgumentCompleter(typeof(F5SessionCompleter))]
    [ValidateNotNull]
    public F5Session? Session { get; set; }

    private protected override string[]? Pools => Pool;

    private protected override string[] Names => Member;

    private protected override bool NamesPools => true;

    private protected override void Choose(SessionTable sessions, PoolQuestion question) =>
        Ask(new Source(sessions.Choose(Session, question.Balancer, "Connect-F5", "F5")), question);

    private sealed class Source(F5Session session) : PoolSource(session, session.Balancer)
    {
        public override Task<IReadOnlyList<PoolContent>> ReadAllAsync(CancellationToken cancellationToken) => session.Balancer.GetContentsAsync(partition: null, cancellationToken);

        public override IPoolPattern PatternOf(string text) => new F5NamePattern(text, partition: null);

        public override IPoolPattern ExactlyThat(string pool) => new ExactPool(F5Name.FullPath(pool));

        public override Fault NotFound(string pool, IReadOnlyCollection<string> known) => new F5NamePattern(pool, partition: null).PoolNotFound(session.Uri, known);

        public override async Task<(Fault Fault, object Target)> ExplainAsync(AppStatusException refusal, string pool, CancellationToken cancellationToken)
        {
            // What there is instead is worth another request.
            IReadOnlyList<F5Pool> known = await session.Balancer.GetPoolsAsync(partition: null, cancellationToken).ConfigureAwait(false);
            return (NotFound(pool, [.. known.Select(one => one.FullPath)]), pool);
        }
    }
}
