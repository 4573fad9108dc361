using AppStatus.Core.Balancers;
using AppStatus.Core.Balancers.StatusDriven;
using AppStatus.Core.Deployments.Execution;
using AppStatus.Core.Deployments.Journal;
using AppStatus.Core.Deployments.Leases;
using AppStatus.Core.Errors;

namespace AppStatus.Core.Deployments.Planning;

/// <summary>Everything that can be known before a run, each as a finding. Changes nothing.</summary>
internal sealed class Preflight(IDeploymentStore store, IReadOnlyDictionary<string, IBalancer> balancers)
{
    public async Task<IReadOnlyList<Finding>> RunAsync(PlanningInput world, PlanningResult planned, DeploymentOptions options, CancellationToken cancellationToken)
    {
        var findings = new List<Finding>();
        foreach (IBalancer balancer in balancers.Values) findings.Add(await RightsAsync(balancer, cancellationToken).ConfigureAwait(false));
        findings.AddRange(Instances(world, options));
        if (planned.Plan is { } plan)
        {
            findings.AddRange(plan.Pools.Select(pool => new Finding("Capacity", FindingLevel.Ok, $"Pool {pool.Pool}: {pool.LowestPlanned} serving at the lowest, {pool.MinimumHealthy} needed.")));
            findings.AddRange(plan.Warnings.Select(warning => new Finding("Plan", FindingLevel.Warning, warning)));
            findings.Add(await LockAsync(plan, cancellationToken).ConfigureAwait(false));
            findings.Add(await UnfinishedAsync(plan, cancellationToken).ConfigureAwait(false));
        }

        findings.AddRange(planned.Refusals.Select(refusal => new Finding("Capacity", FindingLevel.Error, refusal.ToString())));
        return findings;
    }

    private static async Task<Finding> RightsAsync(IBalancer balancer, CancellationToken cancellationToken)
    {
        if (balancer is StatusDrivenBalancer) return new Finding("Rights", FindingLevel.Ok, $"{balancer.Id} is driven through the instances' status.");
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

    private async Task<Finding> LockAsync(DeploymentPlan plan, CancellationToken cancellationToken)
    {
        foreach (string key in LeaseKeys.Of(plan))
        {
            if (await store.Leases.FindHolderAsync(key, cancellationToken).ConfigureAwait(false) is { } holder)
                return new Finding("Lock", FindingLevel.Error, $"{key} is held by {LeaseFaults.Describe(holder)}.");
        }

        return new Finding("Lock", FindingLevel.Ok, $"Nobody holds the pools in {store.Location}.");
    }

    private async Task<Finding> UnfinishedAsync(DeploymentPlan plan, CancellationToken cancellationToken)
    {
        RunState? unfinished = await new UnfinishedDeployments(store).FindAsync(LeaseKeys.Of(plan), cancellationToken).ConfigureAwait(false);
        return unfinished is null
            ? new Finding("Unfinished", FindingLevel.Ok, "No earlier deployment is unfinished.")
            : new Finding("Unfinished", FindingLevel.Error, $"Deployment {unfinished.Id} is not finished: Resume-, Undo- or Stop-Deployment {unfinished.Id} first.");
    }
}
