using AppStatus.Core.Deployments.Journal;
using AppStatus.Core.Deployments.Planning;
using AppStatus.Core.Errors;

namespace AppStatus.Commands.Deployments;

/// <summary>Which deployments are meant: those that were named, each once, or by -Last the newest one, of the pools that -Pool matches.</summary>
internal sealed class DeploymentSelection
{
    private readonly List<string> _ids = [];
    private readonly HashSet<string> _stores = new(StringComparer.Ordinal);

    /// <summary>Whether any was named.</summary>
    public bool IsNamed => _ids.Count > 0;

    /// <param name="id">Null: the pipeline brought none.</param>
    /// <param name="store">The store that came with it, or was typed; null: neither.</param>
    public void Add(string? id, string? store)
    {
        if (id is not null && !_ids.Contains(id)) _ids.Add(id);
        if (id is not null && store is not null) _stores.Add(store);
    }

    /// <summary>The store of all that were named, else the one that was typed.</summary>
    /// <exception cref="AppStatusException"><see cref="ErrorId.InvalidArgument"/>: they are of several.</exception>
    public string? StoreOf(string? typed) => _stores.Count <= 1 ? _stores.FirstOrDefault() ?? typed : throw new AppStatusException(
        ErrorId.InvalidArgument, $"The deployments that came through the pipeline are of several stores: {string.Join(", ", _stores)}. Nothing was touched.", "Pipe those of one store at a time.");

    /// <param name="last">The newest one, and none by its id.</param>
    /// <param name="pool">As -Pool was typed; null: it was not.</param>
    /// <exception cref="AppStatusException"><see cref="ErrorId.DeploymentNotFound"/> or <see cref="ErrorId.InvalidArgument"/>.</exception>
    public async Task<IReadOnlyList<string>> FindAsync(IDeploymentStore store, bool last, string? pool, CancellationToken cancellationToken) =>
        last ? [await FindLastAsync(store, pool, cancellationToken).ConfigureAwait(false)] : _ids;

    /// <summary>Whether a deployment is one of those that -Pool means: in any of its pools, letter case is nothing, and wildcards are allowed.</summary>
    /// <param name="pool">As -Pool was typed; null: it was not, and all are meant.</param>
    public static bool IsOf(DeploymentPlan plan, string? pool)
    {
        if (pool is null) return true;
        // A name with brackets in it is that name, and a pattern too.
        var pattern = WildcardPattern.Get(pool, WildcardOptions.IgnoreCase);
        return plan.Pools.Any(entry => string.Equals(entry.Pool, pool, StringComparison.OrdinalIgnoreCase) || pattern.IsMatch(entry.Pool));
    }

    /// <inheritdoc cref="FindAsync"/>
    public static async Task<string> FindLastAsync(IDeploymentStore store, string? pool, CancellationToken cancellationToken)
    {
        string? last = null;
        var pools = new HashSet<string>(StringComparer.Ordinal);
        var groups = new HashSet<string>(StringComparer.Ordinal);
        foreach (string candidate in await store.ListAsync(cancellationToken).ConfigureAwait(false))
        {
            DeploymentPlan plan = await store.ReadPlanAsync(candidate, cancellationToken).ConfigureAwait(false);
            if (!IsOf(plan, pool)) continue;
            last ??= candidate;
            if (pool is not null && !WildcardPattern.ContainsWildcardCharacters(pool)) break;
            string[] names = [.. plan.Pools.Select(entry => entry.Pool)];
            pools.UnionWith(names);
            groups.Add(string.Join("\n", names));
        }

        if (last is null)
            throw new AppStatusException(ErrorId.DeploymentNotFound, $"The store {store.Location} has no deployment{(pool is null ? "" : $" of pool {Core.SafeText.Of(pool, 100)}")}.", "Name another store with -Store or APPSTATUS_STORE.");
        // Two pools that are always deployed to together leave no doubt.
        if (groups.Count > 1)
            throw new AppStatusException(ErrorId.InvalidArgument, $"-Last needs {(pool is null ? "-Pool here" : "one pool")}: the store knows the pools {string.Join(", ", pools.OrderBy(name => name, StringComparer.Ordinal))}.", "Pass -Pool, or -Id.");
        return last;
    }
}
