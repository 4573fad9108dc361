using AppStatus.Core.Balancers;
using AppStatus.Core.Deployments.Planning;
using AppStatus.Core.Errors;

namespace AppStatus.Core.Deployments.Execution.Steps;

/// <summary>Waits until the balancer itself sends traffic to the members again: its check passes, several reads in a row.</summary>
internal sealed class AwaitServingHandler(PoolReader pools, DeploymentOptions options, TimeProvider time) : IStepHandler
{
    // HAProxy shows a member as up for a moment after it was made ready, before its first check.
    private const int ConsecutiveReads = 3;

    public async Task<StepOutcome> RunAsync(StepRequest request, CancellationToken cancellationToken)
    {
        PoolMember[] expected = request.Lane.Memberships.Where(member => ShallServe(request.Lane, member)).ToArray();
        if (expected.Length == 0) return new StepOutcome("Was not enabled before, and is not now.");
        return await AwaitAsync(request, expected, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>The same for some members of the lane.</summary>
    public async Task<StepOutcome> AwaitAsync(StepRequest request, PoolMember[] expected, CancellationToken cancellationToken)
    {

        if (options.TrafficControl == TrafficControl.Status && !pools.Balancer(expected[0]).Capabilities.HasFlag(BalancerCapabilities.ConnectionCounts))
        {
            request.Report($"waiting {options.MonitorDelay.TotalSeconds:0.#} s for the balancer's monitor");
            await time.DelayAsync(options.MonitorDelay, cancellationToken).ConfigureAwait(false);
        }

        DateTimeOffset started = time.GetUtcNow();
        int reads = 0;
        while (true)
        {
            string? missing = await FindMissingAsync(expected, cancellationToken).ConfigureAwait(false);
            TimeSpan elapsed = time.GetUtcNow() - started;
            reads = missing is null ? reads + 1 : 0;
            if (reads == ConsecutiveReads) return new StepOutcome($"Serving after {elapsed.TotalSeconds:0.0} s.");
            if (elapsed >= options.HealthyDeadline) return NotServing(request.Lane, missing ?? "it served, but not for long enough");

            if (missing is not null) request.Report(missing);
            await time.DelayAsync(PollInterval.After(elapsed), cancellationToken).ConfigureAwait(false);
        }
    }

    private static bool ShallServe(Lane lane, PoolMember member) => lane.Shift is { } shift
        ? shift.IsCanary(member) && (!shift.Restores || member.State == TrafficState.Enabled)
        : lane.Effect == LaneEffect.Enter || member.State == TrafficState.Enabled;

    // What is not back yet, in words; null when all is. One failed read is no verdict: the deadline is.
    private async Task<string?> FindMissingAsync(PoolMember[] expected, CancellationToken cancellationToken)
    {
        try
        {
            IReadOnlyList<PoolMember> members = await pools.ReadMembersAsync(expected, cancellationToken).ConfigureAwait(false);
            PoolMember? missing = members.FirstOrDefault(member => !IsBack(member, expected));
            return missing is null ? null : $"pool {missing.Pool}: {missing.State}, {missing.Health} {missing.HealthReason}".TrimEnd();
        }
        catch (AppStatusException exception) when (exception.Id != ErrorId.MemberNotFound)
        {
            return exception.Fault.Message.TrimEnd('.');
        }
    }

    private static bool IsBack(PoolMember now, PoolMember[] expected)
    {
        if (now.Serving) return true;
        PoolMember before = Array.Find(expected, member => LaneRun.MemberKey(member) == LaneRun.MemberKey(now))!;

        // A backup server, or one of weight 0, was up before without serving: it can't be asked for more now.
        bool idleByDesign = before.State == TrafficState.Enabled && !before.Serving && (before.Health == MemberHealth.Up || before.Weight == 0);
        return idleByDesign && now.State == TrafficState.Enabled && (now.Health == MemberHealth.Up || now.Health == before.Health);
    }

    private StepOutcome NotServing(Lane lane, string seen)
    {
        string text = $"{lane.Instance.Name} was put back but did not serve within {options.HealthyDeadline.TotalSeconds:0.#} s: {seen}.";
        return new StepOutcome(text, new Fault(ErrorId.NotServing, text, "Look at the balancer's check of this member."));
    }
}
