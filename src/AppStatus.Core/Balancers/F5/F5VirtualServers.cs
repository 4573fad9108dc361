using System.Text.Json;
using AppStatus.Core.Errors;

namespace AppStatus.Core.Balancers.F5;

/// <summary>The virtual servers of a BIG-IP: read by two requests, switched to another pool all together or not at all.</summary>
internal sealed class F5VirtualServers(F5Client client, F5Balancer pools, F5ActiveUnit unit)
{
    private const string VirtualPath = "/mgmt/tm/ltm/virtual";
    private const string Expanded = "expandSubcollections=true";

    /// <param name="partition">Null for all partitions that the user sees.</param>
    /// <param name="cancellationToken">Ends the requests.</param>
    public async Task<IReadOnlyList<F5VirtualServer>> GetAsync(string? partition, CancellationToken cancellationToken)
    {
        string filter = partition is null ? "" : $"&$filter=partition%20eq%20{Uri.EscapeDataString(partition)}";
        Task<JsonDocument> configuration = client.GetAsync($"{VirtualPath}?{Expanded}{filter}", target: null, cancellationToken);
        Task<JsonDocument?> statistics = client.GetOptionalAsync($"{VirtualPath}/stats", cancellationToken);
        // Both are awaited before either is looked at, so that no failure is left unobserved.
        await Task.WhenAll((Task)configuration, statistics).ConfigureAwait(false);

        using JsonDocument list = await configuration.ConfigureAwait(false);
        using JsonDocument? figures = await statistics.ConfigureAwait(false);
        Dictionary<string, F5VirtualServerStatistics> byName = (figures is null ? [] : F5Statistics.ReadVirtualServers(figures.RootElement))
            .GroupBy(one => one.Name, StringComparer.Ordinal).ToDictionary(group => group.Key, group => group.First(), StringComparer.Ordinal);
        return [.. list.RootElement.Items().Select(element =>
        {
            F5VirtualServer bare = F5VirtualServer.Of(element, statistics: null, pools.Id);
            return byName.TryGetValue(bare.FullPath, out F5VirtualServerStatistics? own) ? F5VirtualServer.Of(element, own, pools.Id) : bare;
        })];
    }

    /// <summary>Sends new connections to another pool; live ones stay where they are. Several virtual servers change in one transaction.</summary>
    /// <param name="names">Full paths; at least one.</param>
    /// <param name="pool">A full path, or a name in Common.</param>
    /// <param name="allowEmptyPool">Takes a pool in which no member serves.</param>
    /// <param name="cancellationToken">Ends the requests.</param>
    /// <returns>The virtual servers as they read afterwards, in the order of <paramref name="names"/>.</returns>
    /// <exception cref="AppStatusException">Nothing was changed: StandbyUnit, VirtualServerNotFound, PoolNotFound, NoServingMember, BalancerRefused, AccessDenied. Afterwards: WriteNotConfirmed.</exception>
    public async Task<IReadOnlyList<F5VirtualServer>> SetPoolAsync(IReadOnlyList<string> names, string pool, bool allowEmptyPool, CancellationToken cancellationToken)
    {
        string to = F5Name.FullPath(pool);
        string all = string.Join(", ", names);
        await unit.RequireAsync(all, names[0], cancellationToken).ConfigureAwait(false);
        await FindAsync(names, cancellationToken).ConfigureAwait(false);
        IReadOnlyList<PoolMember> members = await pools.GetMembersAsync(to, cancellationToken).ConfigureAwait(false);
        if (!allowEmptyPool && !members.Any(member => member.Serving))
        {
            throw new AppStatusException(ErrorId.NoServingMember,
                $"None of the {members.Count} members of pool {to} serves: with it, {all} would answer nobody. Nothing was changed.",
                $"Look at Get-F5PoolMember {F5Name.Short(to)}, or pass -AllowEmptyPool if nobody is to be answered.", to);
        }

        using LateCancellation late = client.Late(cancellationToken);
        string json = JsonSerializer.Serialize(new Dictionary<string, string>(StringComparer.Ordinal) { ["pool"] = to });
        F5Change[] changes = [.. names.Select(name => new F5Change($"{VirtualPath}/{F5Name.Encode(name)}", json))];
        if (changes.Length == 1) await client.PatchAsync(changes[0].Path, json, names[0], cancellationToken).ConfigureAwait(false);
        else await client.TransactAsync(changes, all, cancellationToken, late.Token).ConfigureAwait(false);

        IReadOnlyList<F5VirtualServer> written = await FindAsync(names, cancellationToken).ConfigureAwait(false);
        if (written.FirstOrDefault(one => one.Pool != F5Name.Short(to)) is not { } other) return written;
        throw new AppStatusException(ErrorId.WriteNotConfirmed,
            $"{client.Host} took the change, but {other.FullPath} has {(other.Pool.Length == 0 ? "no pool" : $"pool {other.Pool}")}, and not {to}.",
            "Look whether somebody else changes this virtual server, then set it again.", other);
    }

    private async Task<IReadOnlyList<F5VirtualServer>> FindAsync(IReadOnlyList<string> names, CancellationToken cancellationToken)
    {
        IReadOnlyList<F5VirtualServer> known = await GetAsync(partition: null, cancellationToken).ConfigureAwait(false);
        return [.. names.Select(name => known.FirstOrDefault(one => one.FullPath == name) ?? throw NotFound(name, client.Host, known))];
    }

    /// <summary>A name that is not there; those that differ only by case or partition are named.</summary>
    public static AppStatusException NotFound(string name, string host, IEnumerable<F5VirtualServer> known)
    {
        const int namesShown = 5;
        string last = name.Substring(name.LastIndexOf('/') + 1);
        string[] near = [.. known.Where(one => string.Equals(one.Name, last, StringComparison.OrdinalIgnoreCase)).Select(one => one.FullPath).Take(namesShown)];
        return new AppStatusException(ErrorId.VirtualServerNotFound,
            $"{host} has no virtual server {SafeText.Condensed(name)}{(near.Length == 0 ? "" : $", but {string.Join(", ", near)}")}.",
            "List them with Get-F5VirtualServer; names are case-sensitive, and outside /Common they need their partition.", name);
    }
}
