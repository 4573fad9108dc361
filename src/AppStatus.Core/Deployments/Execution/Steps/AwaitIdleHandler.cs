using AppStatus.Core.Balancers;
using AppStatus.Core.Deployments.Planning;
using AppStatus.Core.Errors;

namespace AppStatus.Core.Deployments.Execution.Steps;

/// <summary>Waits until the drained members' connections have ended, by their count or the balancer's word; where it tells neither, for a fixed time.</summary>
internal sealed class AwaitIdleHandler(PoolReader pools, DeploymentOptions options, TimeProvider time) : IStepHandler
{
    // A request that was on its way when the member was drained may be counted only a moment later.
    private const int ConsecutiveReads = 2;

    public async Task<StepOutcome> RunAsync(StepRequest request, CancellationToken cancellationToken)
    {
        bool counted = request.Lane.Leaving.Count > 0 && request.Lane.Leaving.All(member => pools.Balancer(member).Capabilities.ShowIdle());
        return counted
            ? await CountAsync(request, cancellationToken).ConfigureAwait(false)
            : await WaitAsync(request, cancellationToken).ConfigureAwait(false);
    }

    private async Task<StepOutcome> WaitAsync(StepRequest request, CancellationToken cancellationToken)
    {
        request.Report($"waiting {options.DrainWait.TotalSeconds:0.#} s (connections are not counted)");
        await time.DelayAsync(options.DrainWait, cancellationToken).ConfigureAwait(false);
        (_, string seen, bool enabledByHand) = await LookAsync(request.Lane, cancellationToken).ConfigureAwait(false);
        if (enabledByHand) return Enabled(request.Lane, seen);
        return new StepOutcome($"Not observed: nothing counts its connections; waited {options.DrainWait.TotalSeconds:0.#} s.");
    }

    private async Task<StepOutcome> CountAsync(StepRequest request, CancellationToken cancellationToken)
    {
        DateTimeOffset started = time.GetUtcNow();
        int idleReads = 0;
        while (true)
        {
            (long most, string seen, bool enabledByHand) = await LookAsync(request.Lane, cancellationToken).ConfigureAwait(false);
            TimeSpan elapsed = time.GetUtcNow() - started;
            idleReads = most <= options.IdleConnections ? idleReads + 1 : 0;
            if (idleReads >= ConsecutiveReads && await IsProvenAsync(request.Lane, cancellationToken).ConfigureAwait(false))
                return new StepOutcome($"{most} connections after {elapsed.TotalSeconds:0.0} s.");
            if (elapsed >= options.DrainTimeout && enabledByHand) return Enabled(request.Lane, seen);
            if (elapsed >= options.DrainTimeout) return await TimedOutAsync(request, seen).ConfigureAwait(false);

            request.Report(seen);
            TimeSpan pause = PollInterval.After(elapsed), left = options.DrainTimeout - elapsed;
            await time.DelayAsync(pause < left ? pause : left, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>After a failover in the middle the counts are those of a unit that carries nothing: that fails the lane, a moment's fault does not.</summary>
    private async Task<bool> IsProvenAsync(Lane lane, CancellationToken cancellationToken)
    {
        try
        {
            foreach (IBalancer balancer in lane.Leaving.Select(pools.Balancer).Distinct()) await balancer.RequireActiveAsync(cancellationToken).ConfigureAwait(false);
            return true;
        }
        catch (AppStatusException exception) when (exception.Id != ErrorId.StandbyUnit)
        {
            return false;
        }
    }

    // One failed read is no verdict: the drain's own time limit is. A member that is gone won't come back.
    private async Task<(long Most, string Seen, bool EnabledByHand)> LookAsync(Lane lane, CancellationToken cancellationToken)
    {
        try
        {
            IReadOnlyList<PoolMember> members = await pools.ReadMembersAsync(lane.Leaving, cancellationToken).ConfigureAwait(false);
            PoolMember? enabled = members.FirstOrDefault(member => member.State == TrafficState.Enabled);
            if (enabled is not null) return (long.MaxValue, $"someone enabled it again in pool {enabled.Pool}", EnabledByHand: true);

            long most = members.Max(member => member.Connections ?? long.MaxValue);
            return (most, most == long.MaxValue ? Unknown(members) : $"{most} connections", EnabledByHand: false);
        }
        catch (AppStatusException exception) when (exception.Id != ErrorId.MemberNotFound)
        {
            return (long.MaxValue, exception.Fault.Message.TrimEnd('.'), EnabledByHand: false);
        }
    }

    private static string Unknown(IReadOnlyList<PoolMember> members) =>
        members.FirstOrDefault(member => member.Connections is null && member.HealthReason.Length > 0) is { } member ? member.HealthReason : "connections unknown";

    // Neither forced nor gone on with: it gets traffic because somebody wants it to.
    private static StepOutcome Enabled(Lane lane, string seen, IReadOnlyDictionary<string, TrafficState?>? states = null)
    {
        string text = $"{lane.LeavingName} was drained, and is not out of traffic: {seen}.";
        return new StepOutcome(text, new Fault(ErrorId.ChangedByOperator, text, "Ask who enabled it, then type Resume-Deployment."), states);
    }

    private async Task<StepOutcome> TimedOutAsync(StepRequest request, string seen)
    {
        string text = $"{request.Lane.LeavingName} was drained for {options.DrainTimeout.TotalSeconds:0.#} s and was not idle: {seen}.";
        switch (options.OnDrainTimeout)
        {
            case DrainTimeoutAction.Continue:
                return new StepOutcome($"{text} Went on, as -OnDrainTimeout Continue asks.");
            case DrainTimeoutAction.Force:
                return await ForceAsync(request.Lane, text).ConfigureAwait(false);
            default:
                return new StepOutcome(text, new Fault(ErrorId.DrainTimedOut, text, "Raise -DrainTimeoutSec, or choose -OnDrainTimeout Force."));
        }
    }

    private async Task<StepOutcome> ForceAsync(Lane lane, string text)
    {
        var states = new Dictionary<string, TrafficState?>(StringComparer.Ordinal);
        foreach (PoolMember member in lane.Leaving.Where(member => member.State == TrafficState.Enabled))
        {
            IBalancer balancer = pools.Balancer(member);
            if (!balancer.Capabilities.HasFlag(BalancerCapabilities.Offline)) continue;
            string key = LaneRun.MemberKey(member);
            try
            {
                PoolMember now = await pools.ReadMemberAsync(member, CancellationToken.None).ConfigureAwait(false);
                if (now.State == TrafficState.Enabled) return Enabled(lane, $"someone enabled it again in pool {member.Pool}", states);
                states[key] = null; // until the balancer has said
                // A write ends by itself: a stop does not cut it off, or its outcome would not be known.
                states[key] = (await balancer.SetStateAsync(member, TrafficState.Offline, CancellationToken.None).ConfigureAwait(false)).State;
            }
            catch (AppStatusException exception)
            {
                return new StepOutcome(text, exception.Fault, states);
            }
        }

        return new StepOutcome($"{text} Forced offline, as -OnDrainTimeout Force asks.", Members: states);
    }
}
