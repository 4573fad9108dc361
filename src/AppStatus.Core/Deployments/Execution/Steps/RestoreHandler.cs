using AppStatus.Core.Balancers;
using AppStatus.Core.Errors;

namespace AppStatus.Core.Deployments.Execution.Steps;

/// <summary>
/// Puts back every membership that was enabled before: those that were not were never taken out. One that can't be put back
/// does not keep the others out; one that somebody has changed by hand meanwhile is theirs.
/// </summary>
internal sealed class RestoreHandler(PoolReader pools, TimeProvider time) : IStepHandler
{
    /// <summary>A balancer that is away for a moment must not leave a member out.</summary>
    private static readonly TimeSpan RetryLimit = TimeSpan.FromSeconds(30);

    public async Task<StepOutcome> RunAsync(StepRequest request, CancellationToken cancellationToken)
    {
        var states = new Dictionary<string, TrafficState?>(StringComparer.Ordinal);
        var found = new Dictionary<string, TrafficState>(StringComparer.Ordinal);
        var texts = new List<string>();
        Fault? fault = null;
        foreach (PoolMember before in request.Lane.AllMemberships.Where(member => member.State == TrafficState.Enabled))
        {
            try
            {
                TrafficState state = await InsistAsync(before, request, states, texts, cancellationToken).ConfigureAwait(false);
                texts.Add($"{before} {state}");
            }
            catch (AppStatusException exception)
            {
                if (exception.Id == ErrorId.ChangedByOperator) found[LaneRun.MemberKey(before)] = states[LaneRun.MemberKey(before)]!.Value;
                fault ??= exception.Fault;
                texts.Add(exception.Message);
            }
        }

        return new StepOutcome(texts.Count == 0 ? "Was not enabled: nothing to put back." : string.Join(", ", texts), fault, states, found.Count == 0 ? null : found);
    }

    private async Task<TrafficState> InsistAsync(PoolMember before, StepRequest request, Dictionary<string, TrafficState?> states, List<string> texts, CancellationToken cancellationToken)
    {
        DateTimeOffset started = time.GetUtcNow();
        while (true)
        {
            try
            {
                return await RestoreAsync(before, request, states, texts, cancellationToken).ConfigureAwait(false);
            }
            catch (AppStatusException exception) when (MayPass(exception.Id) && time.GetUtcNow() - started < RetryLimit)
            {
                request.Report($"trying again: {exception.Fault.Message}");
            }

            await time.DelayAsync(PollInterval.After(time.GetUtcNow() - started), cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task<TrafficState> RestoreAsync(PoolMember before, StepRequest request, Dictionary<string, TrafficState?> states, List<string> texts, CancellationToken cancellationToken)
    {
        string key = LaneRun.MemberKey(before);
        PoolMember now = await pools.ReadMemberAsync(before, cancellationToken).ConfigureAwait(false);
        bool byHand = now.State != before.State && !states.ContainsKey(key) && request.Left.TryGetValue(key, out TrafficState? left) && left is not null && left != now.State;
        if (byHand)
        {
            states[key] = now.State;
            throw new AppStatusException(ErrorId.ChangedByOperator, $"{before} was set {now.State} by hand during the deployment, and is left so.", "Put it back with Set-PoolMember -State Enabled when it may serve.", before);
        }

        bool forgotten = now.State == before.State && !states.ContainsKey(key) && request.Left.TryGetValue(key, out TrafficState? taken) && taken is not null && taken != now.State;
        if (forgotten)
        {
            string told = $"{before} was back in traffic before it was put back: a hand, or a restart of the balancer, had undone its drain while it was being deployed to or checked.";
            request.Report(told);
            texts.Add(told);
        }

        if (now.State != before.State)
        {
            states[key] = null; // until the balancer has said
            now = await pools.Balancer(before).SetStateAsync(before, before.State, cancellationToken).ConfigureAwait(false);
        }

        states[key] = now.State;
        return now.State;
    }

    private static bool MayPass(ErrorId id) =>
        id is ErrorId.Unreachable or ErrorId.TimedOut or ErrorId.ConnectionClosed or ErrorId.HttpError or ErrorId.BalancerRefused or ErrorId.WriteNotConfirmed or ErrorId.InvalidResponse;
}
