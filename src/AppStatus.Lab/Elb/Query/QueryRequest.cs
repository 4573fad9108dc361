using System.Globalization;
using System.Xml.Linq;
using Microsoft.AspNetCore.WebUtilities;

namespace AppStatus.Lab.Elb.Query;

/// <summary>An action with its parameters, <c>Targets.member.1.Id</c> and so on.</summary>
internal sealed class QueryRequest
{
    private readonly Dictionary<string, string> _values;

    public QueryRequest(string form) =>
        _values = QueryHelpers.ParseQuery(form).ToDictionary(pair => pair.Key, pair => pair.Value.ToString(), StringComparer.Ordinal);

    public string Action => this["Action"];

    public string Version => this["Version"];

    public bool IsEc2 => Version == "2016-11-15";

    public bool IsClassic => Version == "2012-06-01";

    public bool IsWrite => !Action.StartsWith("Describe", StringComparison.Ordinal);

    /// <summary>Empty where it was not passed.</summary>
    public string this[string name] => _values.GetValueOrDefault(name, "");

    public bool Has(string name) => _values.Keys.Any(key => key == name || key.StartsWith(name + ".", StringComparison.Ordinal));

    public string Required(string name) => this[name] is { Length: > 0 } value ? value : throw QueryRefusal.Invalid($"1 validation error detected: Value null at '{name}' failed to satisfy constraint: Member must not be null");

    /// <summary><c>name.member.1</c> and so on; EC2 writes <c>name.1</c>.</summary>
    public IReadOnlyList<string> List(string name) => [.. Numbers(name).Select(prefix => this[prefix])];

    /// <summary>The prefixes of a list of structures: <c>Targets.member.1</c>, <c>Targets.member.2</c>, …</summary>
    public IReadOnlyList<string> Numbers(string name)
    {
        var prefix = _values.Keys.Any(key => key.StartsWith($"{name}.member.", StringComparison.Ordinal)) ? $"{name}.member." : $"{name}.";
        return [.. _values.Keys.Where(key => key.StartsWith(prefix, StringComparison.Ordinal))
            .Select(key => key[prefix.Length..].Split('.')[0]).Distinct(StringComparer.Ordinal)
            .Where(part => int.TryParse(part, NumberStyles.None, CultureInfo.InvariantCulture, out _))
            .OrderBy(part => int.Parse(part, CultureInfo.InvariantCulture)).Select(part => prefix + part)];
    }

    /// <summary>A structure as the API would answer it: its elements by name, lists with members.</summary>
    public XElement ToXml(string name)
    {
        var root = new XElement(name.Split('.')[^1]);
        foreach (var (key, value) in _values.Where(pair => pair.Key.StartsWith(name + ".", StringComparison.Ordinal)))
        {
            var at = root;
            var parts = key[(name.Length + 1)..].Split('.');
            for (var i = 0; i < parts.Length; i++)
            {
                var number = i + 1 < parts.Length && parts[i] is "member" or "entry" ? parts[++i] : null;
                var element = parts[number is null ? i : i - 1];
                var found = at.Elements(element).FirstOrDefault(child => number is null || child.Attribute("n")?.Value == number);
                if (found is null)
                {
                    at.Add(found = new XElement(element, number is null ? null : new XAttribute("n", number)));
                }

                at = found;
            }

            at.Value = value;
        }

        foreach (var parent in root.DescendantsAndSelf().Where(element => element.Elements().Any(child => child.Attribute("n") is not null)).ToArray())
        {
            parent.ReplaceNodes(parent.Elements().OrderBy(child => int.Parse(child.Attribute("n")!.Value, CultureInfo.InvariantCulture)).ToArray());
        }

        root.Descendants().Attributes("n").Remove();
        return root;
    }
}
