using AppStatus.Core.Balancers;
using AppStatus.Core.Errors;
using AppStatus.Core.Status;

namespace AppStatus.Core.Deployments.Execution.Steps;

/// <summary>Makes of an instance in <c>stand-by</c> one in <c>stage</c>, free for the next release. One that somebody has put into traffic again stays there.</summary>
internal sealed class CommitHandler(PoolReader pools) : IStepHandler
{
    public async Task<StepOutcome> RunAsync(StepRequest request, CancellationToken cancellationToken)
    {
        var states = new Dictionary<string, TrafficState?>(StringComparer.Ordinal);
        // One status stands for all memberships of an instance.
        PoolMember member = request.Lane.Memberships[0];
        PoolMember now = await pools.ReadMemberAsync(member, cancellationToken).ConfigureAwait(false);
        if (now.State == TrafficState.Enabled)
        {
            string text = $"{request.Lane.Instance.Name} is ready again: somebody has put it into traffic since, and it is left so.";
            return new StepOutcome(text, new Fault(ErrorId.ChangedByOperator, text, "Ask who did it."), states);
        }

        states[LaneRun.MemberKey(member)] = null; // until the instance has said
        string stage = AppStatusValue.Stage.ToWire();
        PoolMember done = await pools.Balancer(member).SetStateAsync(member with { State = TrafficState.Draining, NativeState = stage }, TrafficState.Draining, cancellationToken).ConfigureAwait(false);
        states[LaneRun.MemberKey(member)] = done.State;
        return new StepOutcome($"{request.Lane.Instance.Name} is in {stage}.", Members: states);
    }
}
