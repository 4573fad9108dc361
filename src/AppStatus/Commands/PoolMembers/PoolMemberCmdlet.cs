using System.ComponentModel;
using AppStatus.Core.Balancers;
using AppStatus.Core.Errors;
using AppStatus.Pipeline;
using AppStatus.Sessions;

namespace AppStatus.Commands.PoolMembers;

/// <summary>What the cmdlets over members of any balancer share. A member's old state, weight and health never bind.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public abstract class PoolMemberCmdlet : StreamingCmdlet
{
    private protected PoolMemberCmdlet()
    {
    }

    /// <summary>Pool members of any connected balancer, readings of Get-AppStatus that came from one, also out of files and jobs.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true)]
    [MemberInputTransformation]
    public virtual MemberInput[] InputObject { get; set; } = [];

    protected sealed override void ProcessRecord()
    {
        foreach (MemberInput input in InputObject)
        {
            if (input.Fault is { } fault)
            {
                WriteFault(fault, input.Original);
                continue;
            }

            IBalancer balancer;
            try
            {
                balancer = SessionTable.Current.BalancerOf(input.Member!);
            }
            catch (AppStatusException exception)
            {
                WriteFault(exception.Fault, exception.Target);
                continue;
            }

            Process(input.Member!, balancer);
        }
    }

    /// <summary>Starts one member's work.</summary>
    private protected abstract void Process(PoolMember member, IBalancer balancer);
}
