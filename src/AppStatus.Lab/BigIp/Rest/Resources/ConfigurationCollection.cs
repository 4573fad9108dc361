using System.Collections.Immutable;
using System.Text.Json.Nodes;
using AppStatus.Lab.BigIp.Model;

namespace AppStatus.Lab.BigIp.Rest.Resources;

/// <summary>What all collections of configured objects share: list, create, read, PATCH, PUT, DELETE, statistics.</summary>
/// <param name="path">Below <c>/mgmt</c>: <c>tm/ltm/pool</c>.</param>
/// <param name="kind">As in <c>tm:ltm:pool:poolstate</c>, without <c>state</c>.</param>
internal abstract class ConfigurationCollection<T>(string path, string kind) : IResource
    where T : class
{
    protected string Path { get; } = path;

    protected string Kind { get; } = kind;

    public virtual (DeviceState State, RestResponse Response) Handle(RestRequest request, string[] rest, DeviceView view) => rest switch
    {
        [] => request.Method switch
        {
            "GET" => (view.State, List(request, view)),
            "POST" => Create(request, view),
            _ => throw RestRefusal.WrongMethod(request.Method),
        },
        ["stats"] when request.IsRead => (view.State, AllStatistics(view)),
        [var name] => request.Method switch
        {
            "GET" => (view.State, Read(NameOf(name), request, view)),
            "PATCH" => Modify(NameOf(name), request, view, reset: false),
            "PUT" => Modify(NameOf(name), request, view, reset: true),
            "DELETE" => (WithoutItem(view.State, NameOf(name)).AfterWrite(), RestResponse.Empty),
            _ => throw RestRefusal.WrongMethod(request.Method),
        },
        [var name, "stats"] when request.IsRead => (view.State, ItemStatistics(NameOf(name), view)),
        _ => throw RestRefusal.UnknownPath(request.JoinedPath),
    };

    /// <exception cref="RestRefusal">What the collection belongs to is not there.</exception>
    protected abstract ImmutableSortedDictionary<FullPath, T> Items(DeviceState state);

    protected abstract DeviceState With(DeviceState state, ImmutableSortedDictionary<FullPath, T> items);

    /// <summary>A new object with all defaults; <paramref name="properties"/> is for what can only be said now.</summary>
    protected abstract T Create(FullPath name, PropertyReader properties);

    /// <summary>The object with what the body names changed.</summary>
    protected abstract T Change(T item, PropertyReader properties, DeviceState state);

    /// <summary>The object with all that may be changed back at its default, as PUT starts from.</summary>
    protected abstract T Reset(T item);

    /// <summary>How the object is called in error messages.</summary>
    protected abstract string Describe(FullPath name);

    protected abstract JsonObject ToJson(FullPath name, T item, DeviceView view, CollectionQuery query);

    protected abstract JsonObject StatisticsOf(FullPath name, T item, DeviceView view);

    /// <summary>What else comes into being with the object.</summary>
    protected virtual DeviceState AfterCreate(DeviceState state, T item) => state;

    /// <summary>Says no where something else needs the object.</summary>
    protected virtual void RefuseDelete(DeviceState state, FullPath name, T item)
    {
    }

    protected virtual string NewName(PropertyReader properties) =>
        properties.Text("name") ?? throw RestRefusal.Invalid("The name of the object must be specified (\"name\").");

    /// <summary>What a read of a missing object answers.</summary>
    protected virtual RestResponse Missing(FullPath name, DeviceView view) => throw RestRefusal.NotFound(Describe(name));

    protected T Find(DeviceState state, FullPath name) => Items(state).GetValueOrDefault(name) ?? throw RestRefusal.NotFound(Describe(name));

    protected JsonObject Heading(FullPath name, DeviceView view) => new()
    {
        ["kind"] = $"{Kind}state",
        ["name"] = name.Name,
        ["partition"] = name.Partition,
        ["fullPath"] = name.Value,
        ["generation"] = 1,
        ["selfLink"] = view.Link($"{Path}/{name.UrlSegment}"),
    };

    /// <summary>The device leaves out <c>items</c> altogether where there are none.</summary>
    protected JsonObject ToJson(DeviceView view, CollectionQuery query)
    {
        var items = query.Page(Items(view.State).Where(item => query.Includes(item.Key))).Select(item => (JsonNode)query.Select(ToJson(item.Key, item.Value, view, query))).ToArray();
        var list = new JsonObject { ["kind"] = $"{Kind}collectionstate", ["selfLink"] = view.Link(Path) };
        if (items.Length > 0)
        {
            list["items"] = new JsonArray(items);
        }

        return list;
    }

    private static FullPath NameOf(string segment) => FullPath.FromSegment(segment);

    private RestResponse List(RestRequest request, DeviceView view) => RestResponse.Json(ToJson(view, new CollectionQuery(request.Query)));

    private RestResponse Read(FullPath name, RestRequest request, DeviceView view)
    {
        var query = new CollectionQuery(request.Query);
        return Items(view.State).TryGetValue(name, out var item)
            ? RestResponse.Json(query.Select(ToJson(name, item, view, query)))
            : Missing(name, view);
    }

    private (DeviceState State, RestResponse Response) Create(RestRequest request, DeviceView view)
    {
        var properties = new PropertyReader(request.RequiredBody);
        var name = FullPath.Resolve(NewName(properties), properties.Text("partition") ?? FullPath.CommonPartition);
        if (Items(view.State).ContainsKey(name))
        {
            throw RestRefusal.Exists(Describe(name), name.Partition);
        }

        var item = Change(Create(name, properties), properties, view.State);
        var state = AfterCreate(With(view.State, Items(view.State).Add(name, item)), item).AfterWrite();
        return (state, RestResponse.Json(ToJson(name, Find(state, name), view with { State = state }, new CollectionQuery(request.Query))));
    }

    private (DeviceState State, RestResponse Response) Modify(FullPath name, RestRequest request, DeviceView view, bool reset)
    {
        var current = Find(view.State, name);
        var properties = new PropertyReader(request.RequiredBody);
        var item = Change(reset ? Reset(current) : current, properties, view.State);
        properties.RequireAny();
        var state = AfterCreate(With(view.State, Items(view.State).SetItem(name, item)), item).AfterWrite();
        return (state, RestResponse.Json(ToJson(name, item, view with { State = state }, new CollectionQuery(request.Query))));
    }

    private DeviceState WithoutItem(DeviceState state, FullPath name)
    {
        RefuseDelete(state, name, Find(state, name));
        return With(state, Items(state).Remove(name));
    }

    /// <summary>The figures of every item, each under its link.</summary>
    public JsonObject StatisticsOfAll(DeviceView view)
    {
        var entries = new JsonObject();
        foreach (var (name, item) in Items(view.State))
        {
            entries[$"https://localhost/mgmt/{Path}/{name.UrlSegment}/stats"] = Statistics.Nested(
                $"{Kind}stats", view.Link($"{Path}/{name.UrlSegment}/stats"), StatisticsOf(name, item, view));
        }

        return entries;
    }

    private RestResponse AllStatistics(DeviceView view) =>
        RestResponse.Json(Statistics.Document($"{Kind}collectionstats", view.Link($"{Path}/stats"), StatisticsOfAll(view)));

    // Version 11 gives the figures flat; later ones nest them under a link that repeats the object's name.
    private RestResponse ItemStatistics(FullPath name, DeviceView view)
    {
        var figures = StatisticsOf(name, Find(view.State, name), view);
        var link = view.Link($"{Path}/{name.UrlSegment}/stats");
        if (!view.State.IsVersion11)
        {
            var repeated = $"{Path}/{name.UrlSegment}/{name.UrlSegment}/stats";
            figures = new JsonObject { [$"https://localhost/mgmt/{repeated}"] = Statistics.Nested($"{Kind}stats", view.Link(repeated), figures) };
        }

        return RestResponse.Json(Statistics.Document($"{Kind}stats", link, figures));
    }
}
