using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace AppStatus.Help.Module;

/// <summary>The compiler's file of documentation comments, as plain text.</summary>
internal sealed partial class XmlComments(string path)
{
    private readonly Dictionary<string, XElement> _members = XDocument.Load(path).Descendants("member")
        .ToDictionary(member => (string)member.Attribute("name")!, StringComparer.Ordinal);

    /// <summary>Empty where there is none.</summary>
    public string Summary(string id) =>
        _members.TryGetValue(id, out XElement? member) && member.Element("summary") is { } summary ? Space().Replace(Text(summary), " ").Trim() : "";

    private static string Text(XElement element) => string.Concat(element.Nodes().Select(node => node switch
    {
        XText text => text.Value,
        XElement { Name.LocalName: "see" or "seealso" } see => see.IsEmpty ? Last((string?)see.Attribute("cref") ?? (string?)see.Attribute("langword") ?? "") : Text(see),
        XElement { Name.LocalName: "paramref" or "typeparamref" } reference => (string?)reference.Attribute("name") ?? "",
        XElement child => Text(child),
        _ => "",
    }));

    private static string Last(string cref) => cref[(cref.LastIndexOf('.') + 1)..];

    [GeneratedRegex(@"\s+", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Space();
}
