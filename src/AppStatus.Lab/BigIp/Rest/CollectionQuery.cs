using System.Globalization;
using System.Text.Json.Nodes;
using AppStatus.Lab.BigIp.Model;

namespace AppStatus.Lab.BigIp.Rest;

/// <summary><c>$filter=partition eq X</c>, the only filter that the device has, and <c>$select=a,b</c>.</summary>
internal sealed class CollectionQuery
{
    private const string PartitionFilter = "partition eq ";

    private readonly string? _partition;
    private readonly string[]? _selected;
    private readonly int _skip;
    private readonly int _top;

    public CollectionQuery(IReadOnlyDictionary<string, string> query)
    {
        if (query.TryGetValue("$filter", out var filter))
        {
            _partition = filter.StartsWith(PartitionFilter, StringComparison.Ordinal)
                ? filter[PartitionFilter.Length..].Trim()
                : throw RestRefusal.Invalid($"The filter '{filter}' is not supported; filter by partition.");
        }

        if (query.TryGetValue("$select", out var select))
        {
            _selected = select.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        }

        _skip = Number(query, "$skip", 0);
        _top = Number(query, "$top", int.MaxValue);
        ExpandsSubcollections = query.TryGetValue("expandSubcollections", out var expand) && expand == "true";
    }

    public bool ExpandsSubcollections { get; }

    public bool Includes(FullPath name) => _partition is null || name.Partition == _partition;

    /// <summary>The part that was asked for, by <c>$skip</c> and <c>$top</c>.</summary>
    public IEnumerable<T> Page<T>(IEnumerable<T> items) => items.Skip(_skip).Take(_top);

    public JsonObject Select(JsonObject item)
    {
        if (_selected is null)
        {
            return item;
        }

        foreach (var name in item.Select(property => property.Key).Where(name => !_selected.Contains(name)).ToArray())
        {
            item.Remove(name);
        }

        return item;
    }

    private static int Number(IReadOnlyDictionary<string, string> query, string name, int otherwise) =>
        !query.TryGetValue(name, out var text) ? otherwise
        : int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number
        : throw RestRefusal.Invalid($"{name} must be a number; it is '{text}'.");
}
