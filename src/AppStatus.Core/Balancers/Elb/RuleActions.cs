using System.Globalization;
using System.Xml.Linq;

namespace AppStatus.Core.Balancers.Elb;

/// <summary>
/// A rule's actions on their way from an answer back into a request, which must hold all of them. They are carried over as they are, also
/// what is not known here, so that no login page, redirect or stickiness is lost with a weight.
/// </summary>
internal static class RuleActions
{
    /// <summary>Empty text means something in these: a redirect without a query, a response without a body.</summary>
    private static readonly string[] MayBeEmpty = ["RedirectConfig", "FixedResponseConfig"];

    /// <returns>By target group ARN. A rule with a single target group shows it without a weight, too; that is 1.</returns>
    public static IReadOnlyDictionary<string, int> Weights(IReadOnlyList<XElement> actions)
    {
        var weights = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (XElement action in actions.Where(action => action.Text("Type") == "forward"))
        {
            foreach (XElement group in Groups(action)) weights[group.Text("TargetGroupArn")] = group.Child("Weight") is null ? 1 : group.Number("Weight");
            if (!Groups(action).Any() && action.Text("TargetGroupArn") is { Length: > 0 } only) weights[only] = 1;
        }

        return weights;
    }

    /// <param name="name">Of the list in the request.</param>
    /// <param name="arn">The target group whose weight changes.</param>
    public static QueryParameters ToParameters(IReadOnlyList<XElement> actions, string name, string arn, int weight)
    {
        var parameters = new QueryParameters();
        for (int i = 0; i < actions.Count; i++)
        {
            var action = new XElement(actions[i]);
            if (action.Text("Type") == "forward") SetWeight(action, arn, weight);
            if (action.Child("AuthenticateOidcConfig") is { } oidc) KeepSecret(oidc);
            Flatten(action, FormattableString.Invariant($"{name}.member.{i + 1}"), parameters);
        }

        return parameters;
    }

    private static void SetWeight(XElement action, string arn, int weight)
    {
        XNamespace names = action.Name.Namespace;
        if (action.Child("ForwardConfig") is null)
        {
            action.Add(new XElement(names + "ForwardConfig", new XElement(names + "TargetGroups",
                new XElement(names + "member", new XElement(names + "TargetGroupArn", action.Text("TargetGroupArn"))))));
        }

        // It repeats a single group of the list, and may not stand beside several.
        action.Child("TargetGroupArn")?.Remove();
        foreach (XElement group in Groups(action).Where(group => group.Text("TargetGroupArn") == arn))
        {
            group.Child("Weight")?.Remove();
            group.Add(new XElement(names + "Weight", weight.ToString(CultureInfo.InvariantCulture)));
        }
    }

    // AWS never tells the secret: the one that it has is to stay.
    private static void KeepSecret(XElement oidc)
    {
        oidc.Child("ClientSecret")?.Remove();
        oidc.Child("UseExistingClientSecret")?.Remove();
        oidc.Add(new XElement(oidc.Name.Namespace + "UseExistingClientSecret", "true"));
    }

    private static void Flatten(XElement element, string prefix, QueryParameters parameters)
    {
        int number = 0;
        foreach (XElement child in element.Elements())
        {
            string name = child.Name.LocalName;
            // Lists have members, maps have entries; both are counted.
            string key = name is "member" or "entry" ? FormattableString.Invariant($"{prefix}.{name}.{++number}") : $"{prefix}.{name}";
            if (child.HasElements) Flatten(child, key, parameters);
            else if (child.Value.Length > 0 || MayBeEmpty.Contains(element.Name.LocalName, StringComparer.Ordinal)) parameters.Add(key, child.Value);
        }
    }

    private static IEnumerable<XElement> Groups(XElement action) => action.Child("ForwardConfig")?.Child("TargetGroups")?.Elements() ?? [];
}
