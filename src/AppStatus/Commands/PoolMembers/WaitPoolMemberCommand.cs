using AppStatus.Core.Balancers;
using AppStatus.Core.Balancers.Waiting;
using AppStatus.Core.Errors;
using AppStatus.Pipeline;

namespace AppStatus.Commands.PoolMembers;

/// <summary>Waits until members are what is awaited, all side by side; each comes out when it is there.</summary>
[Cmdlet(VerbsLifecycle.Wait, "PoolMember")]
[OutputType(typeof(PoolMember))]
public sealed class WaitPoolMemberCommand : PoolMemberCmdlet
{
    private const int ProgressId = 7290; // beside the bars of the caller's own script

    private readonly Wanted _wanted = new();
    private MemberPoller? _poller;
    private MemberCondition? _condition;
    private bool _warnedOfEnabled;
    private int _waiting;
    private int _ended;

    /// <summary>Waits until the member has no more live connections than -IdleConnections.</summary>
    [Parameter]
    public SwitchParameter Idle { get; set; }

    /// <summary>As many live connections, or fewer, count as idle.</summary>
    [Parameter]
    [ValidateRange(0, int.MaxValue)]
    public int IdleConnections { get; set; }

    /// <summary>What the balancer's own check shall say of the member: Up, Down or Unknown.</summary>
    [Parameter]
    public MemberHealth Health { get => _wanted.Health; set => _wanted.Health = value; }

    /// <summary>What the balancer shall do with the member: Enabled, Draining or Offline.</summary>
    [Parameter]
    public TrafficState State { get => _wanted.State; set => _wanted.State = value; }

    /// <summary>Seconds to wait for each member, 1–86400.</summary>
    [Parameter]
    [ValidateRange(1, 86400)]
    public int TimeoutSec { get; set; } = 300;

    /// <summary>How many readings in a row must be right, 1–1000.</summary>
    [Parameter]
    [ValidateRange(1, 1000)]
    public int Consecutive { get; set; } = 2;

    /// <summary>Seconds from one reading to the next, 0.05–3600.</summary>
    [Parameter]
    [ValidateRange(0.05, 3600.0)]
    public double IntervalSec { get; set; } = 1;

    /// <summary>All wait side by side; a pool is read once for all of them.</summary>
    private protected override int Limit => int.MaxValue;

    private protected override bool InOrder => false;

    protected override void BeginProcessing()
    {
        bool Typed(string name) => MyInvocation.BoundParameters.ContainsKey(name);
        _condition = new MemberCondition(
            Idle || Typed(nameof(IdleConnections)) ? IdleConnections : null,
            Typed(nameof(Health)) ? Health : null,
            Typed(nameof(State)) ? State : null);
        if (_condition.IsEmpty) ThrowFault(new Fault(ErrorId.InvalidArgument, "It was not said what to wait for.", "Pass -Idle, -Health Up, or -State Enabled, Draining or Offline."));
        _poller = new MemberPoller(Pump.Token);
    }

    private protected override void Process(PoolMember member, IBalancer balancer)
    {
        MemberCondition condition = _condition!;
        if (condition.IdleConnections is not null && !balancer.Capabilities.ShowIdle())
        {
            WriteFault(new Fault(ErrorId.NotSupported, $"The balancer of {member} counts no connections and shows no drain's end, so nothing tells when it is idle.", "Wait for as long as its requests may take, such as with Start-Sleep."), member);
            return;
        }

        var options = new MemberWaitOptions { Timeout = TimeSpan.FromSeconds(TimeoutSec), Interval = TimeSpan.FromSeconds(IntervalSec), Consecutive = Consecutive };
        Interlocked.Increment(ref _waiting);
        Start(async (output, cancellationToken) =>
        {
            MemberWaitResult wait = await _poller!.WaitAsync(
                balancer,
                member,
                condition,
                options,
                (reading, inARow) =>
                {
                    output.WriteVerbose($"{Describe(reading)} ({inARow} of {options.Consecutive})");
                    output.WriteProgress(Progress(Describe(reading)));
                },
                cancellationToken).ConfigureAwait(false);
            Interlocked.Increment(ref _ended);
            if (!wait.Reached)
            {
                output.WriteError(NotReached(member, condition, wait), wait.Last ?? member);
                return;
            }

            WarnOfEnabled(output, wait.Last!);
            output.WriteObject(wait.Last);
        });
    }

    protected override void EndProcessing()
    {
        base.EndProcessing();
        if (_waiting > 0) Say(output => output.WriteProgress(Progress("") with { Completed = true }));
    }

    private ProgressReport Progress(string status)
    {
        int all = Volatile.Read(ref _waiting), ended = Volatile.Read(ref _ended);
        return new ProgressReport(ProgressId, $"Waiting until {(all == 1 ? "a member is" : $"{all} members are")} {_condition}", $"{ended} of {all}; {status}") { PercentComplete = 100 * ended / all };
    }

    /// <summary>Idleness of a member that takes traffic is a moment's: said once, not for each of a hundred.</summary>
    private void WarnOfEnabled(IPipelineWriter output, PoolMember member)
    {
        if (_condition!.IdleConnections is null || member.State != TrafficState.Enabled || _warnedOfEnabled) return;
        _warnedOfEnabled = true;
        output.WriteWarning($"{member} is idle but Enabled: new connections can come at any moment. Set-PoolMember -State Draining keeps it idle.");
    }

    private static Fault NotReached(PoolMember member, MemberCondition condition, MemberWaitResult wait)
    {
        string now = wait switch
        {
            { Fault: { } fault, Last: { } last } => $"The pool could not be read at last: {fault.Message} Before that: {Describe(last)}.",
            { Fault: { } fault } => fault.Message,
            { Last: { } last } => $"Now: {Describe(last)}.",
            _ => "The balancer did not answer meanwhile.",
        };
        string next = condition.IdleConnections is not null && wait.Last is { Connections: > 0 }
            ? "Wait longer with -TimeoutSec, or take it Offline, where persistent sessions bring no new connections: Set-PoolMember -State Offline."
            : "Look into the balancer and the instance, or wait longer with -TimeoutSec.";
        return new Fault(ErrorId.MemberNotReached, FormattableString.Invariant($"{member} did not become {condition} within {wait.Elapsed.TotalSeconds:0.#} s. {now}"), next);
    }

    private static string Describe(PoolMember member)
    {
        string reason = member.HealthReason.Length > 0 ? $" ({member.HealthReason})" : "";
        string connections = member.Connections is { } count ? $", {count} connection{(count == 1 ? "" : "s")}" : "";
        return $"{member} {member.State}, {member.Health}{reason}{connections}";
    }

    // A public type can have no field of Core's enumerations: it must be laid out before Core can be found.
    private sealed class Wanted
    {
        public MemberHealth Health { get; set; }

        public TrafficState State { get; set; }
    }
}
