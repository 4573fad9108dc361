using System.Runtime.ExceptionServices;

namespace AppStatus.Core.Balancers.Changes;

/// <summary>A change from its turn in the input to what became of it. One task at a time works on it.</summary>
internal sealed class PendingChange(IBalancer balancer, PoolMember member, MemberChange change)
{
    private ExceptionDispatchInfo? _failure;

    public IBalancer Balancer => balancer;

    public PoolMember Member => member;

    public MemberChange Change => change;

    /// <summary>Whether the balancer may have heard of it.</summary>
    public bool WasSent { get; private set; }

    /// <summary>The member as it reads afterwards; null until then, and when it failed.</summary>
    public PoolMember? Written { get; private set; }

    public bool IsSettled => Written is not null || _failure is not null;

    public void MarkSent() => WasSent = true;

    public void Settle(PoolMember written) => Written = written;

    public void Settle(Exception failure) => _failure = ExceptionDispatchInfo.Capture(failure);

    /// <summary>The outcome, once it is settled.</summary>
    public PoolMember GetResult()
    {
        _failure?.Throw();
        return Written!;
    }
}
