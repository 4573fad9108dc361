using AppStatus.Core.Deployments.Execution;
using AppStatus.Core.Deployments.Journal;
using AppStatus.Core.Errors;

namespace AppStatus.Commands.Deployments;

/// <summary>Which deployment is meant by -Id, or by -Last and -Pool.</summary>
internal static class DeploymentSelection
{
    /// <exception cref="AppStatusException"><see cref="ErrorId.DeploymentNotFound"/> or <see cref="ErrorId.InvalidArgument"/>.</exception>
    public static async Task<string> FindAsync(IDeploymentStore store, string? id, string? pool, CancellationToken cancellationToken)
    {
        if (id is not null) return id;

        string? last = null;
        var pools = new HashSet<string>(StringComparer.Ordinal);
        foreach (string candidate in await store.ListAsync(cancellationToken).ConfigureAwait(false))
        {
            RunState state = RunState.Fold(await store.ReadAsync(candidate, cancellationToken).ConfigureAwait(false));
            string[] names = [.. state.Plan.Pools.Select(entry => entry.Pool)];
            if (pool is not null && !names.Contains(pool, StringComparer.Ordinal)) continue;
            last ??= candidate;
            if (pool is not null) break;
            pools.UnionWith(names);
        }

        if (last is null)
            throw new AppStatusException(ErrorId.DeploymentNotFound, $"The store {store.Location} has no deployment{(pool is null ? "" : $" of pool {pool}")}.", "Name another store with -Store or APPSTATUS_STORE.");
        if (pool is null && pools.Count > 1)
            throw new AppStatusException(ErrorId.InvalidArgument, $"-Last needs -Pool here: the store knows the pools {string.Join(", ", pools.OrderBy(name => name, StringComparer.Ordinal))}.", "Pass -Pool, or -Id.");
        return last;
    }
}
