using AppStatus.Commands.PoolMembers;
using AppStatus.Commands.Deployments;
using AppStatus.Core.Balancers;
using AppStatus.Core.Deployments.Journal;
using AppStatus.Core.Deployments.Leases;
using AppStatus.Core.Deployments.Planning;
using AppStatus.Core.Errors;
using AppStatus.Core.Maintenance;
using AppStatus.Pipeline;
using AppStatus.Sessions;

namespace AppStatus.Commands.Maintenance;

/// <summary>Puts suspended members back exactly as they were, whoever suspended them, from any console that sees the store.</summary>
[Cmdlet(VerbsData.Restore, "PoolMember", DefaultParameterSetName = ByName, SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.Medium)]
[OutputType(typeof(PoolMember))]
public sealed class RestorePoolMemberCommand : OperationCmdlet
{
    private const string ByName = "Name", ByMember = "Member";

    private readonly List<PoolMember> _members = [];
    private StoreParameters? _store;
    private SessionTable? _sessions;

    /// <summary>Names of suspended members; wildcards are allowed. Default: all of the connected balancers.</summary>
    [Parameter(Position = 0, ParameterSetName = ByName)]
    [ArgumentCompleter(typeof(MemberNameCompleter))]
    [SupportsWildcards]
    [ValidateNotNullOrEmpty]
    public string[] Name { get; set; } = [];

    /// <summary>Only those of these pools; wildcards are allowed.</summary>
    [Parameter(ParameterSetName = ByName)]
    [ArgumentCompleter(typeof(PoolNameCompleter))]
    [SupportsWildcards]
    [ValidateNotNullOrEmpty]
    public string[] Pool { get; set; } = [];

    /// <summary>What Get-SuspendedPoolMember emits, or pool members: those of them that are suspended.</summary>
    [Parameter(Mandatory = true, ValueFromPipeline = true, ParameterSetName = ByMember)]
    [MemberInputTransformation]
    public MemberInput[] InputObject { get; set; } = [];

    /// <summary>Puts back also what somebody has changed by hand since, and forgets members that are gone.</summary>
    [Parameter]
    public SwitchParameter IncludeChanged { get; set; }

    /// <summary>Seconds to wait for a deployment of the pool, 0–86400.</summary>
    [Parameter]
    [ValidateRange(0, 86400)]
    public double LockTimeoutSec { get; set; }

    /// <summary>Where the suspension was recorded: a folder, or redis://host:6379/0.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? Store { get; set; }

    /// <summary>The user and password of a store that is a Redis and wants them.</summary>
    [Parameter]
    [Credential]
    public PSCredential? StoreCredential { get; set; }

    protected override void ProcessRecord()
    {
        foreach (MemberInput input in InputObject)
        {
            if (input.Fault is { } fault) WriteFault(fault, input.Original);
            else _members.Add(input.Member!);
        }
    }

    private protected override bool Prepare()
    {
        _store = new StoreParameters(Store, StoreCredential, SessionState);
        _sessions = SessionTable.Current;
        // An empty pipeline means none, and not all.
        return ParameterSetName == ByName || _members.Count > 0;
    }

    private protected override async Task RunAsync(IPipelineWriter output, CancellationToken cancellationToken)
    {
        using IDeploymentStore store = await _store!.OpenAsync(output, cancellationToken).ConfigureAwait(false);
        IReadOnlyList<SuspendedMember> suspended = await store.Suspensions.ListAsync(fault => output.WriteWarning(fault.ToString()), cancellationToken).ConfigureAwait(false);
        SuspendedMember[] chosen = [.. suspended.Where(IsMeant)];
        if (chosen.Length == 0) output.WriteVerbose($"Nothing that is meant is suspended in {store.Location}.");
        foreach (string name in Name.Where(name => !WildcardPattern.ContainsWildcardCharacters(name) && !suspended.Any(record => record.Name == name)))
            output.WriteVerbose($"No member {Core.SafeText.Of(name, 100)} is suspended in {store.Location}.");

        foreach (IGrouping<PoolKey, SuspendedMember> pool in chosen.GroupBy(record => new PoolKey(record.Balancer, record.Pool)))
        {
            if (_sessions!.Find(pool.Key.Balancer) is { } balancer) await RestoreAsync(store, pool.Key, [.. pool], balancer, output, cancellationToken).ConfigureAwait(false);
            else Refuse(pool.Key.Balancer, [.. pool], output);
        }
    }

    private async Task RestoreAsync(IDeploymentStore store, PoolKey pool, SuspendedMember[] records, IBalancer balancer, IPipelineWriter output, CancellationToken cancellationToken)
    {
        List<SuspendedMember> agreed = [];
        foreach (SuspendedMember record in records)
        {
            string target = Core.SafeText.Of($"{record.Name} in pool {record.Pool} of {record.Balancer}");
            if (await output.ShouldProcessAsync(target, FormattableString.Invariant($"restore to {record.StateBefore}, weight {record.WeightBefore}; it was {record.Describe()}")).ConfigureAwait(false)) agreed.Add(record);
        }

        if (agreed.Count == 0) return;
        try
        {
            await MaintenanceLease.UnderAsync(
                store, [LeaseKeys.Of(pool)], "Restore-PoolMember", TimeSpan.FromSeconds(LockTimeoutSec), lease => RestoreAsync(store, lease, agreed, balancer, output, cancellationToken), cancellationToken).ConfigureAwait(false);
        }
        catch (AppStatusException exception) when (exception.Id == ErrorId.PoolLocked)
        {
            output.WriteError(exception.Fault, pool.Pool);
        }
    }

    // As they stand now that nobody else may change them.
    private async Task RestoreAsync(IDeploymentStore store, ILease lease, List<SuspendedMember> agreed, IBalancer balancer, IPipelineWriter output, CancellationToken cancellationToken)
    {
        IReadOnlyList<SuspendedMember> known = await store.Suspensions.ListAsync(static _ => { }, cancellationToken).ConfigureAwait(false);
        var restorer = new MemberRestorer(store.Suspensions, lease, IncludeChanged);
        foreach (SuspendedMember record in known.Where(now => agreed.Exists(record => SuspensionRecords.Key(record) == SuspensionRecords.Key(now))))
            await RestoreAsync(restorer, balancer, record, output, cancellationToken).ConfigureAwait(false);
    }

    private static async Task RestoreAsync(MemberRestorer restorer, IBalancer balancer, SuspendedMember record, IPipelineWriter output, CancellationToken cancellationToken)
    {
        try
        {
            if (await restorer.RestoreAsync(balancer, record, cancellationToken).ConfigureAwait(false) is { } now) output.WriteObject(now);
            else output.WriteVerbose($"{record} is gone, and its suspension is forgotten.");
        }
        catch (AppStatusException exception)
        {
            output.WriteError(exception.Fault, exception.Target ?? record);
        }
    }

    // Asked for by name or by object, it is an error; "all" means those that can be reached, and the others are told of.
    private void Refuse(string balancer, SuspendedMember[] records, IPipelineWriter output)
    {
        string message = $"{records.Length} suspended member{(records.Length == 1 ? " is" : "s are")} of balancer {balancer}, to which this session is not connected: {string.Join(", ", records.Select(record => $"{record}"))}.";
        string next = $"Type {SessionTable.ConnectLine(balancer)}, then run the command again.";
        if (ParameterSetName == ByName && Name.Length == 0) output.WriteWarning($"{message} {next}");
        else output.WriteError(new Fault(ErrorId.BalancerNotConnected, message, next), records[0]);
    }

    private bool IsMeant(SuspendedMember record) => ParameterSetName == ByMember
        ? _members.Exists(record.IsOf)
        : IsAmong(Name, record.Name) && IsAmong(Pool, record.Pool);

    private static bool IsAmong(string[] patterns, string text) =>
        patterns.Length == 0 || Array.Exists(patterns, pattern => WildcardPattern.ContainsWildcardCharacters(pattern) ? WildcardPattern.Get(pattern, WildcardOptions.IgnoreCase).IsMatch(text) : pattern == text);
}
