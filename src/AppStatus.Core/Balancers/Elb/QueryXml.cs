using System.Globalization;
using System.Xml.Linq;

namespace AppStatus.Core.Balancers.Elb;

/// <summary>Reads answers by local names, whatever the namespace; what is missing is empty.</summary>
internal static class QueryXml
{
    public static XElement? Child(this XElement element, string name) => element.Elements().FirstOrDefault(child => child.Name.LocalName == name);

    /// <param name="path">Names from the element downwards.</param>
    public static string Text(this XElement element, params string[] path)
    {
        XElement? at = element;
        foreach (string name in path) at = at?.Child(name);
        return at?.Value.Trim() ?? "";
    }

    /// <summary>The entries of a list that is somewhere below: its <c>member</c>s, or <c>item</c>s as EC2 calls them.</summary>
    public static IEnumerable<XElement> List(this XElement element, string name) =>
        element.DescendantsAndSelf().FirstOrDefault(child => child.Name.LocalName == name)?.Elements().Where(child => child.Name.LocalName is "member" or "item") ?? [];

    public static int Number(this XElement element, params string[] path) =>
        int.TryParse(element.Text(path), NumberStyles.Integer, CultureInfo.InvariantCulture, out int number) ? number : 0;

    /// <summary>The value of an attribute in a list of keys and values.</summary>
    public static string AttributeValue(this XElement answer, string key) =>
        answer.List("Attributes").FirstOrDefault(entry => entry.Text("Key") == key)?.Text("Value") ?? "";
}
