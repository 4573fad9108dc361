using System.Text.Json;
using AppStatus.Core.Errors;

namespace AppStatus.Core.Balancers.F5;

/// <summary>A unit's configuration as a whole: saved to its disk, and brought to the other units of its device group.</summary>
internal sealed class F5Configuration(F5Client client, string balancer, F5ActiveUnit unit, TimeProvider time) : IConfigurationKeeper
{
    private const string ClusterPath = "/mgmt/tm/cm";
    private static readonly TimeSpan DefaultLimit = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan LookInterval = TimeSpan.FromMilliseconds(500);

    public Task SaveAsync(CancellationToken cancellationToken) =>
        client.RunAsync("/mgmt/tm/sys/config", """{"command":"save"}""", client.Host, cancellationToken);

    public async Task<string?> FindUnsyncedAsync(CancellationToken cancellationToken)
    {
        F5SyncStatus status = await ReadStatusAsync(group: "", cancellationToken).ConfigureAwait(false);
        return status.IsInSync || status.IsAlone ? null : $"{status.Status}: {status.Summary}";
    }

    public Task CheckSyncAsync(CancellationToken cancellationToken) => FindGroupAsync(name: null, cancellationToken);

    public Task SyncAsync(CancellationToken cancellationToken) => SyncAsync(group: null, DefaultLimit, cancellationToken);

    /// <summary>Brings this unit's configuration to the group. What another unit has changed since is overwritten there.</summary>
    /// <param name="group">Null for the only one.</param>
    /// <param name="limit">How long the others may take.</param>
    /// <param name="cancellationToken">Ends the waiting; what was asked for goes on.</param>
    /// <exception cref="AppStatusException">StandbyUnit, NotSupported, InvalidArgument, BalancerRefused, AccessDenied; WriteNotConfirmed: the units still differ.</exception>
    public async Task<F5SyncStatus> SyncAsync(string? group, TimeSpan limit, CancellationToken cancellationToken)
    {
        await unit.RequireAsync("The device group", client.Host, cancellationToken).ConfigureAwait(false);
        string name = await FindGroupAsync(group, cancellationToken).ConfigureAwait(false);
        string json = JsonSerializer.Serialize(new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["command"] = "run", ["utilCmdArgs"] = $"config-sync to-group {F5Name.Short(name)}",
        });
        long started = time.GetTimestamp();
        await client.RunAsync(ClusterPath, json, name, cancellationToken).ConfigureAwait(false);
        while (true)
        {
            F5SyncStatus now = await ReadStatusAsync(name, cancellationToken).ConfigureAwait(false);
            if (now.IsInSync) return now;
            if (time.GetElapsedTime(started) >= limit)
            {
                throw new AppStatusException(ErrorId.WriteNotConfirmed,
                    $"{client.Host} took the order to synchronise {name}, but after {limit.TotalSeconds:0.#} s it reads '{now.Status}': {now.Summary}.",
                    "Look at the group's units, and whether somebody changed another one; then type Sync-F5DeviceGroup.", name);
            }

            await time.DelayAsync(LookInterval, cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task<F5SyncStatus> ReadStatusAsync(string group, CancellationToken cancellationToken)
    {
        using JsonDocument document = await client.GetAsync($"{ClusterPath}/sync-status", group, cancellationToken).ConfigureAwait(false);
        string Text(string name) => SafeText.Condensed(F5Statistics.FindText(document.RootElement, name));
        return new F5SyncStatus { DeviceGroup = group, Status = Text("status"), Color = Text("color"), Summary = Text("summary").TrimEnd('.'), Balancer = balancer };
    }

    private async Task<string> FindGroupAsync(string? name, CancellationToken cancellationToken)
    {
        using JsonDocument? document = await client.GetOptionalAsync($"{ClusterPath}/device-group", cancellationToken).ConfigureAwait(false);
        // Those of type sync-only hold other things: the trust between devices, and settings of DNS.
        string[] groups = document is null ? [] : [.. document.RootElement.Items().Where(one => one.Text("type") == "sync-failover").Select(PathOf)];
        if (groups.Length == 0)
        {
            throw new AppStatusException(ErrorId.NotSupported, $"{client.Host} is in no sync-failover device group: there is no other unit to bring its configuration to.",
                "Connect to a unit of a group; a deployment needs no -ConfigSync here.", client.Host);
        }

        string list = string.Join(", ", groups.Select(path => SafeText.Condensed(path)));
        if (name is not null)
        {
            string path = F5Name.FullPath(name);
            return groups.Contains(path, StringComparer.Ordinal) ? path : throw new AppStatusException(
                ErrorId.InvalidArgument, $"{client.Host} is in no device group {SafeText.Condensed(path)}, but in {list}. Nothing was changed.", "Names are case-sensitive.", name);
        }

        return groups.Length == 1 ? groups[0] : throw new AppStatusException(
            ErrorId.InvalidArgument, $"{client.Host} is in several device groups: {list}. Nothing was changed.", "Say which one: Sync-F5DeviceGroup -Name.", client.Host);
    }

    private static string PathOf(JsonElement group) =>
        group.Text("fullPath") is { Length: > 0 } path ? F5Name.FullPath(path) : F5Name.FullPath(group.Text("name"));
}
