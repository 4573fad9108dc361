using AppStatus.Core.Deployments.Journal;
using AppStatus.Core.Deployments.Planning;
using AppStatus.Core.Errors;

namespace AppStatus.Commands.Deployments;

/// <summary>Which deployment is meant by -Last and -Pool.</summary>
internal static class DeploymentSelection
{
    /// <exception cref="AppStatusException"><see cref="ErrorId.DeploymentNotFound"/> or <see cref="ErrorId.InvalidArgument"/>.</exception>
    public static async Task<string> FindAsync(IDeploymentStore store, string? pool, CancellationToken cancellationToken)
    {
        string? last = null;
        var pools = new HashSet<string>(StringComparer.Ordinal);
        var groups = new HashSet<string>(StringComparer.Ordinal);
        foreach (string candidate in await store.ListAsync(cancellationToken).ConfigureAwait(false))
        {
            DeploymentPlan plan = await store.ReadPlanAsync(candidate, cancellationToken).ConfigureAwait(false);
            string[] names = [.. plan.Pools.Select(entry => entry.Pool)];
            if (pool is not null && !names.Contains(pool, StringComparer.Ordinal)) continue;
            last ??= candidate;
            if (pool is not null) break;
            pools.UnionWith(names);
            groups.Add(string.Join("\n", names));
        }

        if (last is null)
            throw new AppStatusException(ErrorId.DeploymentNotFound, $"The store {store.Location} has no deployment{(pool is null ? "" : $" of pool {pool}")}.", "Name another store with -Store or APPSTATUS_STORE.");
        // Two pools that are always deployed to together leave no doubt.
        if (pool is null && groups.Count > 1)
            throw new AppStatusException(ErrorId.InvalidArgument, $"-Last needs -Pool here: the store knows the pools {string.Join(", ", pools.OrderBy(name => name, StringComparer.Ordinal))}.", "Pass -Pool, or -Id.");
        return last;
    }
}
