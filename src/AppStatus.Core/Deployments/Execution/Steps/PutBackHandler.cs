using AppStatus.Core.Balancers;
using AppStatus.Core.Deployments.Planning;
using AppStatus.Core.Errors;

namespace AppStatus.Core.Deployments.Execution.Steps;

/// <summary>
/// Brings a lane back to where it began: first what was in traffic comes back, and only when that serves again does what was
/// put into traffic in its place go.
/// </summary>
internal sealed class PutBackHandler(RestoreHandler restore, AwaitServingHandler serving, PoolReader pools) : IStepHandler
{
    public async Task<StepOutcome> RunAsync(StepRequest request, CancellationToken cancellationToken)
    {
        StepOutcome back = await restore.RunAsync(request, cancellationToken).ConfigureAwait(false);
        Lane lane = request.Lane;
        PoolMember[] entered = [.. lane.Memberships.Where(member => member.State != TrafficState.Enabled)];
        if (back.Fault is not null || lane.Effect != LaneEffect.Enter || entered.Length == 0) return back;

        PoolMember[] returned = [.. lane.Leaving.Where(member => member.State == TrafficState.Enabled)];
        bool wereOut = returned.Any(member => request.Left.TryGetValue(LaneRun.MemberKey(member), out TrafficState? left) && left != TrafficState.Enabled);
        if (wereOut)
        {
            StepOutcome serve = await serving.AwaitAsync(request, returned, cancellationToken).ConfigureAwait(false);
            if (serve.Fault is not null) return serve with { Members = back.Members };
        }

        return await WithdrawAsync(entered, request, back, cancellationToken).ConfigureAwait(false);
    }

    private async Task<StepOutcome> WithdrawAsync(PoolMember[] entered, StepRequest request, StepOutcome back, CancellationToken cancellationToken)
    {
        Dictionary<string, TrafficState?> states = back.Members?.ToDictionary(entry => entry.Key, entry => entry.Value, StringComparer.Ordinal) ?? new(StringComparer.Ordinal);
        var texts = new List<string> { back.Observed };
        foreach (PoolMember member in entered)
        {
            string key = LaneRun.MemberKey(member);
            try
            {
                PoolMember now = await pools.ReadMemberAsync(member, cancellationToken).ConfigureAwait(false);
                bool unsure = !request.Left.TryGetValue(key, out TrafficState? left) || left is null;
                if (now.State == TrafficState.Enabled || unsure)
                {
                    states[key] = null; // until the balancer has said
                    now = await pools.Balancer(member).SetStateAsync(member, member.State, cancellationToken).ConfigureAwait(false);
                }

                states[key] = now.State;
                texts.Add($"{member} {now.State}");
            }
            catch (AppStatusException exception)
            {
                return new StepOutcome(exception.Message, exception.Fault, states, back.Found);
            }
        }

        return back with { Observed = string.Join(", ", texts), Members = states };
    }
}
