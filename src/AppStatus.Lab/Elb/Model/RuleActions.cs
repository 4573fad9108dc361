using System.Globalization;
using System.Xml.Linq;

namespace AppStatus.Lab.Elb.Model;

/// <summary>The actions of a rule, in the shape in which the API takes and gives them.</summary>
internal static class RuleActions
{
    public static XElement Forward(IEnumerable<KeyValuePair<string, int>> weights) => new("Actions", new XElement("member",
        new XElement("Type", "forward"),
        new XElement("Order", 1),
        new XElement("ForwardConfig",
            new XElement("TargetGroups", weights.Select(pair => new XElement("member", new XElement("TargetGroupArn", pair.Key), new XElement("Weight", pair.Value)))),
            new XElement("TargetGroupStickinessConfig", new XElement("Enabled", "false")))));

    /// <summary>By target group, of all forward actions.</summary>
    public static IReadOnlyDictionary<string, int> Weights(XElement actions)
    {
        var weights = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var group in actions.Elements().Select(action => action.Element("ForwardConfig")?.Element("TargetGroups")).SelectMany(groups => groups?.Elements() ?? []))
        {
            weights[group.Element("TargetGroupArn")!.Value] = int.Parse(group.Element("Weight")?.Value ?? "1", CultureInfo.InvariantCulture);
        }

        return weights;
    }

    /// <summary>As the API shows them: a single group is named twice.</summary>
    public static XElement Shown(XElement actions)
    {
        var shown = new XElement(actions);
        foreach (var action in shown.Elements())
        {
            var groups = action.Element("ForwardConfig")?.Element("TargetGroups")?.Elements().ToArray();
            if (groups is [var only])
            {
                action.Add(new XElement("TargetGroupArn", only.Element("TargetGroupArn")!.Value));
            }
        }

        return shown;
    }
}
