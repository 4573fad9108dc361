using AppStatus.Commands.PoolMembers;
using AppStatus.Core.Balancers;
using AppStatus.Core.Balancers.HAProxy;
using AppStatus.Core.Errors;
using AppStatus.Sessions;

namespace AppStatus.Commands.HAProxy;

/// <summary>The servers of HAProxy backends, as pool members: one connection, however many backends.</summary>
[Cmdlet(VerbsCommon.Get, "HAProxyServer")]
[OutputType(typeof(PoolMember))]
public sealed class GetHAProxyServerCommand : PoolMemberReadingCmdlet
{
    /// <summary>Backends; wildcards are allowed. Default: all.</summary>
    [Parameter(Position = 0)]
    [Alias("Pool")]
    [ArgumentCompleter(typeof(HAProxyBackendCompleter))]
    [SupportsWildcards]
    [AllowNull]
    [AllowEmptyCollection]
    public string[]? Backend { get; set; }

    /// <summary>Servers; wildcards are allowed. Default: all.</summary>
    [Parameter(Position = 1)]
    [Alias("Member")]
    [ArgumentCompleter(typeof(MemberNameCompleter))]
    [SupportsWildcards]
    [ValidateNotNullOrEmpty]
    public string[] Name { get; set; } = [];

    /// <summary>Default: that of the piped object, else the session that was connected last.</summary>
    [Parameter]
    [ValidateNotNull]
    public HAProxySession? Session { get; set; }

    private protected override string[]? Pools => Backend;

    private protected override string[] Names => Name;

    private protected override void Choose(SessionTable sessions, PoolQuestion question) =>
        Ask(new Source(sessions.Choose(Session, question.Balancer, "Connect-HAProxy", "HAProxy")), question);

    private sealed class Source(HAProxySession session) : PoolSource(session, session.Balancer)
    {
        public override Task<IReadOnlyList<PoolContent>> ReadAllAsync(CancellationToken cancellationToken) => session.Balancer.GetContentsAsync(cancellationToken);

        public override Fault NotFound(string pool, IReadOnlyCollection<string> known) => new(
            ErrorId.PoolNotFound, $"HAProxy {session} has no backend {Core.SafeText.Of(pool, 100)}. It has: {string.Join(", ", known)}.", "Names are case-sensitive.");
    }
}
