using System.Collections.Immutable;
using System.Text.Json.Nodes;
using AppStatus.Lab.BigIp.Model;

namespace AppStatus.Lab.BigIp.Rest.Resources;

internal sealed class VirtualServerCollection() : ConfigurationCollection<VirtualServer>("tm/ltm/virtual", "tm:ltm:virtual:virtual")
{
    private const string NoPool = "none";

    public override (DeviceState State, RestResponse Response) Handle(RestRequest request, string[] rest, DeviceView view) => rest switch
    {
        [var name, "profiles"] when request.IsRead => (view.State, RestResponse.Json(VirtualServerParts.Profiles(Path, Find(view.State, FullPath.FromSegment(name)), view))),
        [var name, "policies"] when request.IsRead => (view.State, RestResponse.Json(VirtualServerParts.Policies(Path, Find(view.State, FullPath.FromSegment(name)), view))),
        _ => base.Handle(request, rest, view),
    };

    protected override ImmutableSortedDictionary<FullPath, VirtualServer> Items(DeviceState state) => state.VirtualServers;

    protected override DeviceState With(DeviceState state, ImmutableSortedDictionary<FullPath, VirtualServer> items) => state with { VirtualServers = items };

    protected override VirtualServer Create(FullPath name, PropertyReader properties)
    {
        var destination = properties.Text("destination") ?? throw RestRefusal.Invalid("The virtual server needs \"destination\".");
        return new VirtualServer(name, SocketName.Parse(FullPath.Resolve(destination).Name) ?? throw RestRefusal.InvalidProperty("destination", destination));
    }

    protected override VirtualServer Reset(VirtualServer item) => new(item.Name, item.Destination);

    protected override string Describe(FullPath name) => $"Virtual Server ({name})";

    protected override VirtualServer Change(VirtualServer item, PropertyReader properties, DeviceState state) => item with
    {
        Pool = properties.Text("pool") is { } pool ? PoolOf(pool, item.Name.Partition, state) : item.Pool,
        IsEnabled = properties.Flag("enabled") ?? !properties.Flag("disabled") ?? item.IsEnabled,
        HasCookiePersistence = properties.List("persist") is { } persist ? persist.Count > 0 : item.HasCookiePersistence,
        Description = properties.Text("description") ?? item.Description,
        Rules = properties.List("rules") is { } rules ? [.. rules.Select(rule => rule!.ToString())] : item.Rules,
        Policies = properties.List("policies") is { } policies ? [.. policies.Select(policy => VirtualServerParts.NameOf(policy, item.Name.Partition))] : item.Policies,
        Profiles = properties.List("profiles") is { } profiles ? [.. profiles.Select(profile => VirtualServerParts.ProfileOf(profile, item.Name.Partition))] : item.Profiles,
        SourceTranslation = properties.Nested("sourceAddressTranslation") is { } translation
            ? translation.Choice("type", "none", "automap") ?? item.SourceTranslation
            : item.SourceTranslation,
    };

    protected override JsonObject ToJson(FullPath name, VirtualServer item, DeviceView view, CollectionQuery query)
    {
        var json = Heading(name, view);
        json["destination"] = $"/{name.Partition}/{item.Destination}";
        json[item.IsEnabled ? "enabled" : "disabled"] = true;
        if (item.Description is not null)
        {
            json["description"] = item.Description;
        }

        json["ipProtocol"] = "tcp";
        json["mask"] = "255.255.255.255";
        if (item.HasCookiePersistence)
        {
            json["persist"] = new JsonArray(new JsonObject { ["name"] = "cookie", ["partition"] = FullPath.CommonPartition, ["tmDefault"] = "yes" });
        }

        if (item.Pool is { } pool)
        {
            json["pool"] = pool.Value;
            json["poolReference"] = new JsonObject { ["link"] = view.Link($"tm/ltm/pool/{pool.UrlSegment}") };
        }

        if (item.Rules.Length > 0)
        {
            json["rules"] = new JsonArray([.. item.Rules.Select(rule => (JsonNode)rule)]);
        }

        // Clients that compare find a change where one of these is missing.
        json["rateLimit"] = "disabled";
        json["rateLimitDstMask"] = 0;
        json["rateLimitMode"] = "object";
        json["rateLimitSrcMask"] = 0;
        json["source"] = "0.0.0.0/0";
        json["sourceAddressTranslation"] = new JsonObject { ["type"] = item.SourceTranslation };
        json["translateAddress"] = "enabled";
        json["translatePort"] = "enabled";
        json["vlansDisabled"] = true;
        json["policiesReference"] = VirtualServerParts.Reference(Path, "policies", item, view, query, VirtualServerParts.Policies);
        json["profilesReference"] = VirtualServerParts.Reference(Path, "profiles", item, view, query, VirtualServerParts.Profiles);
        return json;
    }

    protected override JsonObject StatisticsOf(FullPath name, VirtualServer item, DeviceView view)
    {
        var pool = item.Pool is { } poolName ? view.State.Pools.GetValueOrDefault(poolName) : null;
        var counters = pool?.Members.Keys.Select(member => view.CountersOf(new MemberKey(pool.Name, member))).ToArray() ?? [];
        var entries = new JsonObject
        {
            ["clientside.curConns"] = Statistics.Value(counters.Sum(counter => counter.Current)),
            ["clientside.totConns"] = Statistics.Value(counters.Sum(counter => counter.Total)),
            ["destination"] = Statistics.Text(item.Destination.ToString()),
            ["tmName"] = Statistics.Text(name.Value),
        };
        foreach (var side in (string[])["clientside", "ephemeral"])
        {
            Statistics.AddUnmeasured(entries, side, "bitsIn", "bitsOut", "curConns", "evictedConns", "maxConns", "pktsIn", "pktsOut", "slowKilled", "totConns");
        }

        Statistics.AddUnmeasured(entries, "syncookie", "accepts", "hwAccepts", "hwSyncookies", "hwsyncookieInstance", "rejects", "swsyncookieInstance", "syncacheCurr", "syncacheOver", "syncookies");
        foreach (var figure in (string[])["csMaxConnDur", "csMeanConnDur", "csMinConnDur", "fiveMinAvgUsageRatio", "fiveSecAvgUsageRatio", "oneMinAvgUsageRatio"])
        {
            entries[figure] = Statistics.Value(0);
        }

        entries["totRequests"] = Statistics.Value(counters.Sum(counter => counter.Total));
        entries["cmpEnabled"] = Statistics.Text("enabled");
        entries["cmpEnableMode"] = Statistics.Text("all-cpus");
        entries["syncookieStatus"] = Statistics.Text("not-activated");
        var isAvailable = pool is not null && pool.Members.Values.Any(member => view.Selector.TakesNew(view.State, pool, member));
        Statistics.AddStatus(
            entries,
            isAvailable ? "available" : "offline",
            item.IsEnabled ? "enabled" : "disabled",
            isAvailable ? "The virtual server is available" : "The children pool member(s) are down");
        return entries;
    }

    private static FullPath? PoolOf(string text, string partition, DeviceState state)
    {
        if (text is NoPool or "")
        {
            return null;
        }

        var name = FullPath.Resolve(text, partition);
        return state.Pools.ContainsKey(name) ? name : throw RestRefusal.NotFound($"Pool ({name})");
    }
}
