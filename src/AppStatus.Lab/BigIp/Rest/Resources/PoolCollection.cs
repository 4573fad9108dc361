using System.Collections.Immutable;
using System.Text.Json.Nodes;
using AppStatus.Lab.BigIp.Configuration;
using AppStatus.Lab.BigIp.Model;

namespace AppStatus.Lab.BigIp.Rest.Resources;

internal sealed class PoolCollection() : ConfigurationCollection<Pool>("tm/ltm/pool", "tm:ltm:pool:pool")
{
    private const int LongestSlowRampSeconds = 900;

    public override (DeviceState State, RestResponse Response) Handle(RestRequest request, string[] rest, DeviceView view) =>
        rest switch
        {
            [var pool, "members", .. var below] => new MemberCollection(FullPath.FromSegment(pool)).Handle(request, below, view),
            // Version 11 takes "members" for the name of a pool, and has none.
            ["members", "stats"] when request.IsRead && !view.State.IsVersion11 => (view.State, StatisticsOfMembers(view)),
            _ => base.Handle(request, rest, view),
        };

    protected override ImmutableSortedDictionary<FullPath, Pool> Items(DeviceState state) => state.Pools;

    protected override DeviceState With(DeviceState state, ImmutableSortedDictionary<FullPath, Pool> items) => state with { Pools = items };

    protected override Pool Create(FullPath name, PropertyReader properties) => new(name);

    protected override Pool Reset(Pool item) => new(item.Name) { Members = item.Members };

    protected override string Describe(FullPath name) => $"Pool ({name})";

    protected override Pool Change(Pool item, PropertyReader properties, DeviceState state) => item with
    {
        Monitor = properties.Text("monitor") is { } monitor ? MonitorReferences.Resolve(monitor, item.Name.Partition, state) : item.Monitor,
        LoadBalancingMode = properties.Choice("loadBalancingMode", Pool.Modes.AsSpan()) ?? item.LoadBalancingMode,
        MinActiveMembers = properties.Number("minActiveMembers", 0, ushort.MaxValue) ?? item.MinActiveMembers,
        SlowRampTime = properties.Number("slowRampTime", 0, LongestSlowRampSeconds) ?? item.SlowRampTime,
        Description = properties.Text("description") ?? item.Description,
        Members = properties.List("members") is { } members ? Replace(item, members, state) : item.Members,
    };

    protected override DeviceState AfterCreate(DeviceState state, Pool item) => item.Members.Values.Aggregate(state, MemberCollection.WithNodeOf);

    protected override void RefuseDelete(DeviceState state, FullPath name, Pool item)
    {
        if (state.VirtualServers.Values.FirstOrDefault(server => server.Pool == name) is { } user)
        {
            throw RestRefusal.Conflict($"01070265:3: The Pool ({name}) cannot be deleted because it is in use by a Virtual Server ({user.Name}).");
        }
    }

    protected override JsonObject ToJson(FullPath name, Pool item, DeviceView view, CollectionQuery query)
    {
        var json = Heading(name, view);
        if (item.Description is not null)
        {
            json["description"] = item.Description;
        }

        json["allowNat"] = "yes";
        json["allowSnat"] = "yes";
        json["loadBalancingMode"] = item.LoadBalancingMode;
        json["minActiveMembers"] = item.MinActiveMembers;
        if (item.Monitor is not null)
        {
            json["monitor"] = item.Monitor.ToString();
        }

        json["serviceDownAction"] = "none";
        json["slowRampTime"] = item.SlowRampTime;
        json["membersReference"] = MembersReference(name, view, query);
        return json;
    }

    protected override JsonObject StatisticsOf(FullPath name, Pool item, DeviceView view)
    {
        var members = item.Members.Values.Where(member => !member.IsTemplate).ToArray();
        var available = members.Count(member => view.Selector.TakesNew(view.State, item, member));
        var counters = members.Select(member => view.CountersOf(new MemberKey(name, member.Name))).ToArray();
        var entries = new JsonObject
        {
            ["activeMemberCnt"] = Statistics.Value(available),
            ["availableMemberCnt"] = Statistics.Value(available),
            ["memberCnt"] = Statistics.Value(item.Members.Count),
            ["curSessions"] = Statistics.Value(0),
            ["monitorRule"] = Statistics.Text(item.Monitor?.ToString() ?? "none"),
            ["tmName"] = Statistics.Text(name.Value),
            ["serverside.curConns"] = Statistics.Value(counters.Sum(counter => counter.Current)),
            ["serverside.totConns"] = Statistics.Value(counters.Sum(counter => counter.Total)),
            ["totRequests"] = Statistics.Value(counters.Sum(counter => counter.Total)),
        };
        Statistics.AddUnmeasured(entries, "serverside", "bitsIn", "bitsOut", "maxConns", "pktsIn", "pktsOut");
        foreach (var queue in (string[])["connq", "connqAll"])
        {
            Statistics.AddUnmeasured(entries, queue, "ageEdm", "ageEma", "ageHead", "ageMax", "depth", "serviced");
        }

        var health = members.Select(member => view.Health.Of(item, member)).ToArray();
        if (health.Contains(MemberHealth.Up))
        {
            Statistics.AddStatus(entries, "available", "enabled", "The pool is available");
        }
        else if (health.Length > 0 && health.All(found => found == MemberHealth.Down))
        {
            Statistics.AddStatus(entries, "offline", "enabled", "The children pool member(s) are down");
        }
        else
        {
            Statistics.AddStatus(entries, "unknown", "enabled", "The children pool member(s) either don't have service checking enabled, or service check results are not available yet");
        }

        return entries;
    }

    // Every pool's own figures, and among them a link with those of its members.
    private RestResponse StatisticsOfMembers(DeviceView view)
    {
        var entries = new JsonObject();
        foreach (var (name, pool) in view.State.Pools)
        {
            var figures = StatisticsOf(name, pool, view);
            figures[$"https://localhost/mgmt/{Path}/members/{name.UrlSegment}/members/stats"] =
                Statistics.Nested("", null, new MemberCollection(name).StatisticsOfAll(view));
            var link = $"{Path}/members/{name.UrlSegment}/stats";
            entries[$"https://localhost/mgmt/{link}"] = Statistics.Nested($"{Kind}stats", view.Link(link), figures);
        }

        return RestResponse.Json(Statistics.Document($"{Kind}collectionstats", view.Link($"{Path}/members/stats"), entries));
    }

    // The list replaces the members; one that stays keeps what the list does not name.
    private static ImmutableSortedDictionary<FullPath, PoolMember> Replace(Pool pool, JsonArray members, DeviceState state)
    {
        var collection = new MemberCollection(pool.Name);
        return members.Select(member => collection.Parse(member, pool, state)).ToImmutableSortedDictionary(member => member.Name, member => member, FullPath.Order);
    }

    private static JsonObject MembersReference(FullPath name, DeviceView view, CollectionQuery query)
    {
        var reference = new JsonObject { ["link"] = view.Link($"tm/ltm/pool/{name.UrlSegment}/members"), ["isSubcollection"] = true };
        if (query.ExpandsSubcollections && new MemberCollection(name).Expanded(view) is { } items)
        {
            reference["items"] = items;
        }

        return reference;
    }
}
