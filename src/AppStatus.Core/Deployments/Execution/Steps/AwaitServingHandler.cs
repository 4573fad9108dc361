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
        PoolMember[] expected = request.Lane.Memberships.Where(member => member.State == TrafficState.Enabled).ToArray();
        if (expected.Length == 0) return new StepOutcome("Was not enabled before, and is not now.");

        if (options.TrafficControl == TrafficControl.Status && !pools.Balancer(expected[0]).Capabilities.HasFlag(BalancerCapabilities.ConnectionCounts))
        {
            request.Report($"waiting {options.MonitorDelay.TotalSeconds:0.#} s for the balancer's monitor");
            await time.DelayAsync(options.MonitorDelay, cancellationToken).ConfigureAwait(false);
        }

        DateTimeOffset started = time.GetUtcNow();
        int reads = 0;
        while (true)
        {
            IReadOnlyList<PoolMember> members = await pools.ReadMembersAsync(request.Lane, cancellationToken).ConfigureAwait(false);
            TimeSpan elapsed = time.GetUtcNow() - started;
            PoolMember? missing = members.FirstOrDefault(member => !IsBack(member, expected));
            reads = missing is null ? reads + 1 : 0;
            if (reads == ConsecutiveReads) return new StepOutcome($"Serving after {elapsed.TotalSeconds:0.0} s.");
            if (elapsed >= options.HealthyDeadline) return NotServing(request.Lane, missing ?? members[0]);

            if (missing is not null) request.Report($"{missing.Pool}: {missing.Health} {missing.HealthReason}".TrimEnd());
            await time.DelayAsync(PollInterval.After(elapsed), cancellationToken).ConfigureAwait(false);
        }
    }

    private static bool IsBack(PoolMember now, PoolMember[] expected)
    {
        PoolMember? before = Array.Find(expected, member => LaneRun.MemberKey(member) == LaneRun.MemberKey(now));
        if (before is null || now.Serving) return true;

        // A backup server, or one of weight 0, was up before without serving: it can't be asked for more now.
        bool idleByDesign = !before.Serving && before.Health == MemberHealth.Up;
        return idleByDesign && now.State == TrafficState.Enabled && now.Health == MemberHealth.Up;
    }

    private StepOutcome NotServing(Lane lane, PoolMember member)
    {
        string text = $"{lane.Instance.Name} was put back but did not serve in pool {member.Pool} within {options.HealthyDeadline.TotalSeconds:0.#} s: {member.State}, {member.Health} {member.HealthReason}".TrimEnd() + ".";
        return new StepOutcome(text, new Fault(ErrorId.NotServing, text, "Look at the balancer's check of this member."));
    }
}
