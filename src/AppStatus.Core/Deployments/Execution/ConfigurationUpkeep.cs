using AppStatus.Core.Balancers;
using AppStatus.Core.Deployments.Planning;
using AppStatus.Core.Errors;

namespace AppStatus.Core.Deployments.Execution;

/// <summary>What is done with the balancers' configuration when a run has come to rest, as far as that was asked for.</summary>
internal static class ConfigurationUpkeep
{
    /// <summary>The run has changed members, and its end was not followed by what was asked for.</summary>
    public static bool IsDue(RunState state) =>
        (state.Plan.Options.ConfigSync || state.Plan.Options.SaveConfig) && state.Ended && state.Upkeep is not { Fault.Length: 0 } && state.Lanes.Any(lane => lane.Touched);

    /// <returns>What could not be done, for people; empty: all of it was.</returns>
    public static async Task<string> RunAsync(DeploymentPlan plan, IReadOnlyDictionary<string, IBalancer> balancers, CancellationToken cancellationToken)
    {
        var faults = new List<string>();
        foreach (IBalancer balancer in plan.Pools.Select(pool => pool.Balancer).Distinct(StringComparer.Ordinal).Select(id => balancers[id]))
        {
            // The others save what they have: first they must have it.
            if (plan.Options.ConfigSync) await TryAsync(balancer, "synchronised", keeper => keeper.SyncAsync(cancellationToken)).ConfigureAwait(false);
            if (plan.Options.SaveConfig) await TryAsync(balancer, "saved", keeper => keeper.SaveAsync(cancellationToken)).ConfigureAwait(false);
        }

        return string.Join(" ", faults);

        async Task TryAsync(IBalancer balancer, string what, Func<IConfigurationKeeper, Task> act)
        {
            try
            {
                await act(balancer.Keeper()).ConfigureAwait(false);
            }
            catch (AppStatusException exception)
            {
                faults.Add($"The configuration of {balancer.Id} was not {what}: {exception.Fault}");
            }
        }
    }

    /// <summary>Why it can't be done here; found before anything is touched.</summary>
    public static async Task<IReadOnlyList<Fault>> RefusalsAsync(DeploymentOptions options, IEnumerable<IBalancer> balancers, CancellationToken cancellationToken)
    {
        if (!options.ConfigSync && !options.SaveConfig) return [];
        var refusals = new List<Fault>();
        foreach (IBalancer balancer in balancers)
        {
            try
            {
                IConfigurationKeeper keeper = balancer.Keeper();
                if (options.ConfigSync) await keeper.CheckSyncAsync(cancellationToken).ConfigureAwait(false);
            }
            catch (AppStatusException exception)
            {
                refusals.Add(new Fault(exception.Id, $"{exception.Fault.Message} Nothing was touched.", exception.Fault.NextStep));
            }
        }

        return refusals;
    }
}
