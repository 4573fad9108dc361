using AppStatus.Core.Balancers;
using AppStatus.Core.Balancers.StatusDriven;
using AppStatus.Core.Deployments.Execution;
using AppStatus.Core.Deployments.Journal;
using AppStatus.Core.Deployments.Leases;
using AppStatus.Core.Errors;

namespace AppStatus.Core.Deployments.Planning;

/// <summary>Everything that can be known before a run, each as a finding. Changes nothing.</summary>
/// <param name="open">Opens the store that the deployment would be recorded in.</param>
/// <param name="balancers">Those that it would write to.</param>
internal sealed class Preflight(Func<CancellationToken, Task<IDeploymentStore>> open, IReadOnlyDictionary<string, IBalancer> balancers)
{
    public async Task<IReadOnlyList<Finding>> RunAsync(PlanningInput world, PlanningResult planned, DeploymentOptions options, CancellationToken cancellationToken)
    {
        var findings = new List<Finding>();
        foreach (IBalancer balancer in balancers.Values)
        {
            findings.Add(await RightsAsync(balancer, options, cancellationToken).ConfigureAwait(false));
            if (await SyncAsync(balancer, cancellationToken).ConfigureAwait(false) is { } sync) findings.Add(sync);
        }

        findings.AddRange(Instances(world, options));
        (IDeploymentStore? store, Finding recording) = await StoreAsync(cancellationToken).ConfigureAwait(false);
        findings.Add(recording);
        if (planned.Plan is { } plan)
        {
            findings.AddRange(plan.Pools.Select(pool => new Finding("Capacity", FindingLevel.Ok, $"Pool {pool.Pool}: {pool.LowestPlanned} serving at the lowest, {pool.MinimumHealthy} needed.")));
            findings.AddRange(plan.Warnings.Select(warning => new Finding("Plan", FindingLevel.Warning, warning)));
            if (store is not null)
            {
                findings.Add(await LockAsync(store, plan, cancellationToken).ConfigureAwait(false));
                findings.Add(await UnfinishedAsync(store, plan, cancellationToken).ConfigureAwait(false));
            }
        }

        findings.AddRange(planned.Refusals.Select(refusal => new Finding(refusal.Id == ErrorId.MinimumHealthyUnreachable ? "Capacity" : "Plan", FindingLevel.Error, refusal.ToString())));
        return findings;
    }

    private static async Task<Finding> RightsAsync(IBalancer balancer, DeploymentOptions options, CancellationToken cancellationToken)
    {
        if (balancer is StatusDrivenBalancer) return options.HasStatusCredential
            ? new Finding("Rights", FindingLevel.Ok, $"{balancer.Id} is driven through the instances' status; whether they take the credential is seen when it is set.")
            : new Finding("Rights", FindingLevel.Warning, $"{balancer.Id} is driven through the instances' status, and neither -StatusCredential nor -StatusToken was passed: an application that protects its status refuses.");
        if (balancer is not IWriteCheck check) return new Finding("Rights", FindingLevel.Warning, $"Whether {balancer.Id} can be changed is seen only when it is: it tells nobody's rights beforehand.");
        try
        {
            await check.CheckWritableAsync(cancellationToken).ConfigureAwait(false);
            return new Finding("Rights", FindingLevel.Ok, $"{balancer.Id} can be changed.");
        }
        catch (AppStatusException exception)
        {
            return new Finding("Rights", FindingLevel.Error, exception.Message);
        }
    }

    // Of interest with -ConfigSync and without: what the other units don't have is lost at a failover.
    private static async Task<Finding?> SyncAsync(IBalancer balancer, CancellationToken cancellationToken)
    {
        if (balancer is not IConfigurationKeeper keeper) return null;
        try
        {
            return await keeper.FindUnsyncedAsync(cancellationToken).ConfigureAwait(false) is { } difference
                ? new Finding("Sync", FindingLevel.Warning, $"The units of {balancer.Id} differ, and a failover would bring back what the other one has. {difference}. Type Sync-F5DeviceGroup, or see who changed what.")
                : new Finding("Sync", FindingLevel.Ok, $"No other unit of {balancer.Id} differs from it.");
        }
        catch (AppStatusException exception)
        {
            return new Finding("Sync", FindingLevel.Warning, $"Whether the units of {balancer.Id} differ can't be told: {exception.Message}");
        }
    }

    private async Task<(IDeploymentStore? Store, Finding Finding)> StoreAsync(CancellationToken cancellationToken)
    {
        try
        {
            IDeploymentStore store = await open(cancellationToken).ConfigureAwait(false);
            await store.CheckWritableAsync(cancellationToken).ConfigureAwait(false);
            return (store, new Finding("Store", FindingLevel.Ok, $"The deployment can be recorded in {store.Location}."));
        }
        catch (AppStatusException exception)
        {
            return (null, new Finding("Store", FindingLevel.Error, exception.Fault.ToString()));
        }
    }

    private static IEnumerable<Finding> Instances(PlanningInput world, DeploymentOptions options)
    {
        foreach (ObservedInstance instance in world.Instances)
        {
            string name = instance.Instance.Name;
            if (!instance.Healthy)
                yield return new Finding("Status", FindingLevel.Warning, $"{name} fails its check{(options.IncludeUnhealthy ? "." : " and would be skipped; -IncludeUnhealthy deploys to it.")}");
            else if (instance.Instance.PreviousRelease.Length == 0)
                yield return new Finding("Earlier release", options.OnFailure == FailureAction.Rollback ? FindingLevel.Error : FindingLevel.Warning, $"{name} does not tell what it runs: it can be undone only with -Release.");
            else
                yield return new Finding("Status", FindingLevel.Ok, $"{name} is healthy and runs {instance.Instance.PreviousRelease}.");
        }
    }

    private static async Task<Finding> LockAsync(IDeploymentStore store, DeploymentPlan plan, CancellationToken cancellationToken)
    {
        foreach (string key in LeaseKeys.Of(plan))
        {
            if (await store.Leases.FindHolderAsync(key, cancellationToken).ConfigureAwait(false) is { } holder)
                return new Finding("Lock", FindingLevel.Error, $"{key} is held by {LeaseFaults.Describe(holder)}.");
        }

        return new Finding("Lock", FindingLevel.Ok, $"Nobody holds the pools in {store.Location}.");
    }

    private static async Task<Finding> UnfinishedAsync(IDeploymentStore store, DeploymentPlan plan, CancellationToken cancellationToken)
    {
        RunState? unfinished = await new UnfinishedDeployments(store).FindAsync(LeaseKeys.Of(plan), cancellationToken).ConfigureAwait(false);
        return unfinished is null
            ? new Finding("Unfinished", FindingLevel.Ok, "No earlier deployment is unfinished.")
            : new Finding("Unfinished", FindingLevel.Error, $"Deployment {unfinished.Id} is not finished: Resume-, Undo- or Stop-Deployment {unfinished.Id}{StoreLocation.Argument(store.Location)} first.");
    }
}
