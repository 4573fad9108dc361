using AppStatus.Core.Deployments.Journal;
using AppStatus.Core.Deployments.Leases;
using AppStatus.Core.Deployments.Planning;
using AppStatus.Core.Errors;

namespace AppStatus.Core.Deployments;

/// <summary>The releases that a store knows of a deployment's pools and instances: what was brought there, and what was found there.</summary>
internal sealed class KnownReleases(IDeploymentStore store)
{
    private const int NamesShown = 10;

    /// <param name="plan">Of the deployment that is taken back.</param>
    /// <param name="release">Where it shall go to.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <exception cref="AppStatusException"><see cref="ErrorId.EarlierReleaseUnknown"/>, with those that are known.</exception>
    public async Task RequireAsync(DeploymentPlan plan, string release, CancellationToken cancellationToken)
    {
        // Where instances don't tell what they run, nobody knows what was there before but who types it.
        if (plan.Lanes.Any(lane => lane.Steps.Contains(StepKind.Deploy) && lane.Instance.PreviousRelease.Length == 0)) return;
        var keys = new HashSet<string>(LeaseKeys.Of(plan), StringComparer.Ordinal);
        var known = new List<string>();
        // The newest first, as people look for them.
        foreach (string id in await store.ListAsync(cancellationToken).ConfigureAwait(false))
        {
            DeploymentPlan other = await store.ReadPlanAsync(id, cancellationToken).ConfigureAwait(false);
            if (!LeaseKeys.Of(other).Any(keys.Contains)) continue;
            foreach (string one in other.Lanes.Select(lane => lane.Release).Concat(other.Lanes.Select(lane => lane.Instance.PreviousRelease)))
            {
                if (one == release) return;
                if (one.Length > 0 && !known.Contains(one)) known.Add(one);
            }
        }

        string named = known.Count == 0 ? "none is known" : $"known are {string.Join(", ", known.Take(NamesShown))}{(known.Count > NamesShown ? ", …" : "")}";
        throw new AppStatusException(
            ErrorId.EarlierReleaseUnknown, $"'{release}' is no earlier release of {string.Join(", ", plan.Pools.Select(pool => pool.Pool))} in {store.Location}: {named}. Nothing was touched.",
            "Name one of those, or bring it as a release of its own, such as by Invoke-RollingDeployment.", release);
    }
}
