using AppStatus.Core.Balancers;
using AppStatus.Core.Balancers.Changes;
using AppStatus.Core.Errors;
using AppStatus.Pipeline;

namespace AppStatus.Commands.PoolMembers;

/// <summary>Takes members into traffic or out of it, or sets their weight, and reads back what became of them.</summary>
[Cmdlet(VerbsCommon.Set, "PoolMember", DefaultParameterSetName = ByState, SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.Medium)]
[OutputType(typeof(PoolMember))]
public sealed class SetPoolMemberCommand : PoolMemberCmdlet
{
    // "… | Set-PoolMember Draining" and "Set-PoolMember $members Draining" as well as "Set-PoolMember $members -Weight 5".
    private const string ByState = "State";
    private const string ByMember = "Member";
    private const string ByWeight = "Weight";

    private readonly Wanted _wanted = new();
    private readonly List<PendingChange> _taken = [];
    private MemberChanger? _changer;
    private MemberChange? _change;
    private bool _finished;

    /// <summary>Pool members of any connected balancer, readings of Get-AppStatus that came from one, also out of files and jobs.</summary>
    [Parameter(Mandatory = true, Position = 1, ValueFromPipeline = true, ParameterSetName = ByState)]
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ParameterSetName = ByMember)]
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ParameterSetName = ByWeight)]
    [MemberInputTransformation(LeavesStateWords = true)]
    public override MemberInput[] InputObject { get => base.InputObject; set => base.InputObject = value; }

    /// <summary>Enabled: new connections come; Draining: none but those of persistent sessions; Offline: none of any kind. Live ones go on in each.</summary>
    [Parameter(Position = 0, ParameterSetName = ByState)]
    [Parameter(Position = 1, ParameterSetName = ByMember)]
    [Parameter(Position = 1, ParameterSetName = ByWeight)]
    [TrafficStateTransformation]
    public TrafficState State { get => _wanted.State; set => _wanted.State = value; }

    /// <summary>The balancer's own absolute number: a ratio of 1–100 on F5, 0–256 on HAProxy; on AWS that of the whole target group, 0–999.</summary>
    [Parameter(Mandatory = true, ParameterSetName = ByWeight)]
    [ValidateRange(0, int.MaxValue)]
    public int Weight { get; set; }

    /// <summary>Lets the last serving member of a pool be taken out.</summary>
    [Parameter]
    public SwitchParameter AllowEmptyPool { get; set; }

    protected override void BeginProcessing()
    {
        bool state = MyInvocation.BoundParameters.ContainsKey(nameof(State)), weight = MyInvocation.BoundParameters.ContainsKey(nameof(Weight));
        if (!state && !weight)
            ThrowFault(new Fault(ErrorId.InvalidArgument, "It was not said what to set. Nothing was changed.", "Pass -State Enabled, Draining or Offline, or -Weight."));
        _change = new MemberChange(state ? State : null, weight ? Weight : null);
        _changer = new MemberChanger(AllowEmptyPool, ThrottleLimit);
    }

    private protected override void Process(PoolMember member, IBalancer balancer)
    {
        if (!ShouldProcess(Core.SafeText.Of($"{member.Name} in pool {member.Pool} of {member.Balancer}"), $"{_change}")) return;
        MemberChanger changer = _changer!;
        // On the pipeline thread, so that members of one pool are judged in the order of the input.
        PendingChange change = changer.Take(balancer, member, _change!);
        _taken.Add(change);
        Start(async (output, cancellationToken) =>
        {
            PoolMember written = await changer.ApplyAsync(change, cancellationToken).ConfigureAwait(false);
            output.WriteVerbose($"{written}: {written.State}, weight {written.Weight}, {written.Connections} connections");
            output.WriteObject(written);
        });
    }

    protected override void EndProcessing()
    {
        base.EndProcessing();
        _finished = true;
    }

    /// <summary>An ended pipeline takes no more records, but the console is there still.</summary>
    protected override void Dispose(bool disposing)
    {
        base.Dispose(disposing);
        if (!disposing || _finished || ChangeTally.Of(_taken) is not { } words) return;
        _finished = true;
        try
        {
            Host?.UI?.WriteWarningLine(Core.SafeText.OfLines(words));
        }
        catch (Exception)
        {
            // A host that can't show it is no reason not to end.
        }
    }

    // A public type can have no field of Core's enumerations: it must be laid out before Core can be found.
    private sealed class Wanted
    {
        public TrafficState State { get; set; }
    }
}
