using System.Globalization;
using System.Xml.Linq;

namespace AppStatus.Core.Reporting.Html;

/// <summary>Makes elements. Every text and every attribute goes through here, so that none of it can be markup.</summary>
internal static class Markup
{
    /// <param name="name">Of the element.</param>
    /// <param name="content">Elements, sequences of them, texts, and attributes as <c>("name", value)</c>; null is nothing.</param>
    public static XElement Of(string name, params object?[] content)
    {
        var element = new XElement(name);
        foreach (object? part in content) Add(element, part);
        return element;
    }

    /// <summary>The same, with a start and an end tag even when nothing is between: what HTML wants of all but its void elements.</summary>
    public static XElement Block(string name, params object?[] content)
    {
        XElement element = Of(name, content);
        if (element.IsEmpty) element.Add("");
        return element;
    }

    private static void Add(XElement element, object? part)
    {
        switch (part)
        {
            case null:
                break;
            case XNode node:
                element.Add(node);
                break;
            case ValueTuple<string, string> text:
                element.SetAttributeValue(text.Item1, ReportText.Of(text.Item2));
                break;
            case ValueTuple<string, double> number:
                element.SetAttributeValue(number.Item1, number.Item2.ToString("0.##", CultureInfo.InvariantCulture));
                break;
            case ValueTuple<string, int> number:
                element.SetAttributeValue(number.Item1, number.Item2.ToString(CultureInfo.InvariantCulture));
                break;
            case string text:
                element.Add(new XText(ReportText.Of(text)));
                break;
            case IEnumerable<object?> parts:
                foreach (object? inner in parts) Add(element, inner);
                break;
            default:
                throw new ArgumentException($"A {part.GetType().Name} is no content.", nameof(part));
        }
    }
}
