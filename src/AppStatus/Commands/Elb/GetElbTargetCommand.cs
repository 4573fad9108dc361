using AppStatus.Commands.PoolMembers;
using AppStatus.Core.Balancers;
using AppStatus.Core.Balancers.Elb;
using AppStatus.Core.Errors;
using AppStatus.Sessions;

namespace AppStatus.Commands.Elb;

/// <summary>The targets of target groups, or the instances of a classic load balancer, as pool members.</summary>
[Cmdlet(VerbsCommon.Get, "ElbTarget")]
[OutputType(typeof(PoolMember))]
public sealed class GetElbTargetCommand : PoolMemberReadingCmdlet
{
    /// <summary>Target groups, or the classic load balancer, by name; wildcards are allowed. Default: all of the session.</summary>
    [Parameter(Position = 0)]
    [Alias("Pool")]
    [ArgumentCompleter(typeof(ElbPoolCompleter))]
    [SupportsWildcards]
    [AllowNull]
    [AllowEmptyCollection]
    public string[]? TargetGroup { get; set; }

    /// <summary>Targets, as id:port; wildcards are allowed. Default: all.</summary>
    [Parameter(Position = 1)]
    [Alias("Member")]
    [ArgumentCompleter(typeof(MemberNameCompleter))]
    [SupportsWildcards]
    [ValidateNotNullOrEmpty]
    public string[] Name { get; set; } = [];

    /// <summary>Default: that of the piped object, else the session that was connected last.</summary>
    [Parameter]
    [ValidateNotNull]
    public ElbSession? Session { get; set; }

    private protected override string[]? Pools => TargetGroup;

    private protected override string[] Names => Name;

    private protected override void Choose(SessionTable sessions, PoolQuestion question) =>
        Ask(new Source(sessions.Choose(Session, question.Balancer, "Connect-Elb", "load balancer of AWS")), question);

    private sealed class Source(ElbSession session) : PoolSource(session, session.Balancer)
    {
        public override string? Warning => session.Balancer.AddressFault is { } fault ? $"Instances have their id for an address, so nothing reaches them by it: {fault}" : null;

        public override Task<IReadOnlyList<PoolContent>> ReadAllAsync(CancellationToken cancellationToken) => session.Balancer.GetContentsAsync(cancellationToken);

        public override Fault NotFound(string pool, IReadOnlyCollection<string> known) => new(
            ErrorId.PoolNotFound,
            $"The session {session} has no target group or load balancer {Core.SafeText.Of(pool, 100)}. It has: {string.Join(", ", known)}.",
            "Names are case-sensitive.");
    }
}
