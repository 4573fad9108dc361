using AppStatus.Commands.PoolMembers;
using AppStatus.Commands.Deployments;
using AppStatus.Core.Deployments.Journal;
using AppStatus.Core.Maintenance;
using AppStatus.Pipeline;

namespace AppStatus.Commands.Maintenance;

/// <summary>The members that are out for maintenance, the oldest first, with who took them out when and why. It asks no balancer.</summary>
[Cmdlet(VerbsCommon.Get, "SuspendedPoolMember")]
[OutputType(typeof(SuspendedMember))]
public sealed class GetSuspendedPoolMemberCommand : OperationCmdlet
{
    private StoreParameters? _store;

    /// <summary>Names of members; wildcards are allowed. Default: all.</summary>
    [Parameter(Position = 0)]
    [ArgumentCompleter(typeof(MemberNameCompleter))]
    [SupportsWildcards]
    [ValidateNotNullOrEmpty]
    public string[] Name { get; set; } = ["*"];

    /// <summary>Where suspensions are recorded: a folder, or redis://host:6379/0.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? Store { get; set; }

    /// <summary>The user and password of a store that is a Redis and wants them.</summary>
    [Parameter]
    [Credential]
    public PSCredential? StoreCredential { get; set; }

    private protected override bool Prepare()
    {
        _store = new StoreParameters(Store, StoreCredential, SessionState);
        return true;
    }

    private protected override async Task RunAsync(IPipelineWriter output, CancellationToken cancellationToken)
    {
        using IDeploymentStore store = await _store!.OpenAsync(output, cancellationToken).ConfigureAwait(false);
        WildcardPattern[] patterns = [.. Name.Select(name => WildcardPattern.Get(name, WildcardOptions.IgnoreCase))];
        foreach (SuspendedMember member in await store.Suspensions.ListAsync(fault => output.WriteWarning(fault.ToString()), cancellationToken).ConfigureAwait(false))
            if (Array.Exists(patterns, pattern => pattern.IsMatch(member.Name))) output.WriteObject(member);
    }
}
