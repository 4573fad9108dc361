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

/// <summary>Takes members out of traffic for maintenance and waits until they are idle; what they were before is recorded first.</summary>
[Cmdlet(VerbsLifecycle.Suspend, "PoolMember", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.Medium)]
[OutputType(typeof(PoolMember))]
public sealed class SuspendPoolMemberCommand : OperationCmdlet
{
    private const int ProgressId = 7291; // beside the bars of the caller's own script

    private readonly Wanted _wanted = new();
    private readonly List<(PoolMember Member, IBalancer Balancer)> _members = [];
    private StoreParameters? _store;
    private int _out;

    /// <summary>Pool members of any connected balancer, readings of Get-AppStatus that came from one, also out of files and jobs.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true)]
    [MemberInputTransformation]
    public MemberInput[] InputObject { get; set; } = [];

    /// <summary>Why, for whoever finds them out of traffic.</summary>
    [Parameter(Position = 1)]
    [ValidateNotNullOrEmpty]
    public string? Reason { get; set; }

    /// <summary>Seconds to wait for a drained member's connections, 0–86400.</summary>
    [Parameter]
    [ValidateRange(0, 86400)]
    public double DrainTimeoutSec { get; set; } = 300;

    /// <summary>As many connections, or fewer, count as idle.</summary>
    [Parameter]
    [ValidateRange(0, int.MaxValue)]
    public int IdleConnections { get; set; }

    /// <summary>What is done with a member that is not idle in time: Fail (put back as it was), Force (offline), Continue.</summary>
    [Parameter]
    public DrainTimeoutAction OnDrainTimeout { get => _wanted.OnDrainTimeout; set => _wanted.OnDrainTimeout = value; }

    /// <summary>Seconds to wait where connections are not counted, 0–86400.</summary>
    [Parameter]
    [ValidateRange(0, 86400)]
    public double DrainWaitSec { get; set; } = 30;

    /// <summary>Ends when the members are drained, without waiting until they are idle.</summary>
    [Parameter]
    public SwitchParameter NoWait { get; set; }

    /// <summary>Lets the last serving member of a pool be taken out.</summary>
    [Parameter]
    public SwitchParameter AllowEmptyPool { get; set; }

    /// <summary>Seconds to wait for a deployment of the pool, 0–86400.</summary>
    [Parameter]
    [ValidateRange(0, 86400)]
    public double LockTimeoutSec { get; set; }

    /// <summary>Where it is recorded: a folder, or redis://host:6379/0.</summary>
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
            if (input.Fault is { } fault)
            {
                WriteFault(fault, input.Original);
                continue;
            }

            PoolMember member = input.Member!;
            try
            {
                IBalancer balancer = SessionTable.Current.BalancerOf(member);
                if (!_members.Exists(other => other.Balancer.Id == balancer.Id && other.Member.Pool == member.Pool && other.Member.Name == member.Name)) _members.Add((member, balancer));
            }
            catch (AppStatusException exception)
            {
                WriteFault(exception.Fault, exception.Target);
            }
        }
    }

    private protected override bool Prepare()
    {
        _store = new StoreParameters(Store, StoreCredential, SessionState);
        _members.RemoveAll(one => !ShouldProcess(Core.SafeText.Of($"{one.Member.Name} in pool {one.Member.Pool} of {one.Member.Balancer}"), "suspend: record what it is, and drain it"));
        return _members.Count > 0;
    }

    private protected override async Task RunAsync(IPipelineWriter output, CancellationToken cancellationToken)
    {
        using IDeploymentStore store = await _store!.OpenAsync(output, cancellationToken).ConfigureAwait(false);
        string[] keys = [.. _members.Select(one => LeaseKeys.Of(new PoolKey(one.Balancer.Id, one.Member.Pool))).Distinct(StringComparer.Ordinal)];
        await MaintenanceLease.UnderAsync(
            store, keys, "Suspend-PoolMember", TimeSpan.FromSeconds(LockTimeoutSec), lease => SuspendAllAsync(store, lease, output, cancellationToken), cancellationToken).ConfigureAwait(false);
    }

    private async Task SuspendAllAsync(IDeploymentStore store, ILease lease, IPipelineWriter output, CancellationToken cancellationToken)
    {
        IReadOnlyList<SuspendedMember> known = await store.Suspensions.ListAsync(fault => output.WriteWarning(fault.ToString()), cancellationToken).ConfigureAwait(false);
        var options = new SuspendOptions
        {
            Reason = Reason ?? "",
            IdleConnections = IdleConnections,
            DrainTimeout = TimeSpan.FromSeconds(DrainTimeoutSec),
            DrainWait = TimeSpan.FromSeconds(DrainWaitSec),
            OnDrainTimeout = OnDrainTimeout,
            NoWait = NoWait,
            AllowEmptyPool = AllowEmptyPool,
        };
        var suspender = new MemberSuspender(store.Suspensions, lease, known, options, cancellationToken);
        try
        {
            await Task.WhenAll(_members.Select(one => SuspendAsync(suspender, one.Balancer, one.Member, output))).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            output.WriteLastWords($"It was stopped. What was drained stays so, and is on record in {store.Location}: Get-SuspendedPoolMember lists it, and Restore-PoolMember puts it back.");
            throw;
        }

        output.WriteProgress(Progress("") with { Completed = true });
    }

    private async Task SuspendAsync(MemberSuspender suspender, IBalancer balancer, PoolMember member, IPipelineWriter output)
    {
        try
        {
            SuspendOutcome outcome = await suspender.SuspendAsync(balancer, member, text => output.WriteProgress(Progress(text))).ConfigureAwait(false);
            if (outcome.Warning.Length > 0) output.WriteWarning(outcome.Warning);
            output.WriteObject(outcome.Member);
        }
        catch (AppStatusException exception)
        {
            output.WriteError(exception.Fault, exception.Target ?? member);
        }
        finally
        {
            Interlocked.Increment(ref _out);
        }
    }

    private ProgressReport Progress(string status)
    {
        int ended = Volatile.Read(ref _out);
        return new ProgressReport(ProgressId, $"Suspending {_members.Count} member{(_members.Count == 1 ? "" : "s")}", $"{ended} of {_members.Count}; {status}") { PercentComplete = 100 * ended / _members.Count };
    }

    // A public type can have no field of Core's enumerations: it must be laid out before Core can be found.
    private sealed class Wanted
    {
        public DrainTimeoutAction OnDrainTimeout { get; set; }
    }
}
