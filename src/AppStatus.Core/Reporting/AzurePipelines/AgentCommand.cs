using System.Text;

namespace AppStatus.Core.Reporting.AzurePipelines;

/// <summary>
/// A line that an Azure Pipelines agent obeys, <c>##vso[task.setprogress value=40;]text</c>. It can be made only here, from
/// parts that are escaped here: no text of anybody else's becomes a command, or a property of one.
/// </summary>
internal sealed class AgentCommand
{
    private readonly string _line;

    private AgentCommand(string name, IReadOnlyList<(string Name, string Value)> properties, string text)
    {
        string written = properties.Count == 0 ? "" : " " + string.Join("", properties.Select(property => $"{property.Name}={Property(property.Value)};"));
        _line = $"##vso[task.{name}{written}]{Text(text)}";
    }

    public static AgentCommand Progress(int percent, string text) => new("setprogress", [("value", FormattableString.Invariant($"{percent}"))], text);

    public static AgentCommand Warning(string text) => new("logissue", [("type", "warning")], text);

    public static AgentCommand Error(string text) => new("logissue", [("type", "error")], text);

    public override string ToString() => _line;

    private static string Property(string value) => Text(value).Replace(";", "%3B").Replace("]", "%5D");

    // The agent turns %AZP25 back into a percent sign, and the others into what they stand for.
    private static string Text(string text)
    {
        var escaped = new StringBuilder();
        foreach (char c in SafeText.OfLines(text, limit: 4096))
        {
            if (c == '%') escaped.Append("%AZP25");
            else if (c == '\r') escaped.Append("%0D");
            else if (c == '\n') escaped.Append("%0A");
            else escaped.Append(c);
        }

        return escaped.ToString();
    }
}
