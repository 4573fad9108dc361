using System.Text;

namespace AppStatus.Core.Monitoring.Metrics.Text;

/// <summary>How a metric and its labels are written.</summary>
internal static class SeriesName
{
    /// <summary><c>name{a="1",b="2"}</c>, with the escapes of the format; what goes in comes out of the parser again.</summary>
    public static string Of(string name, IReadOnlyList<KeyValuePair<string, string>> labels)
    {
        bool plainName = IsPlain(name, colons: true);
        if (labels.Count == 0 && plainName) return name;
        var text = new StringBuilder();
        if (plainName) text.Append(name);
        text.Append('{');
        if (!plainName) Quote(text, name);
        foreach (KeyValuePair<string, string> label in labels)
        {
            if (text[text.Length - 1] != '{') text.Append(',');
            if (IsPlain(label.Key, colons: false)) text.Append(label.Key);
            else Quote(text, label.Key);
            text.Append('=');
            Quote(text, label.Value);
        }

        return text.Append('}').ToString();
    }

    /// <summary>Whether a name without quotes may have this character.</summary>
    public static bool MayHold(char c, bool first, bool colons) =>
        c is (>= 'a' and <= 'z') or (>= 'A' and <= 'Z') or '_' || (colons && c == ':') || (!first && c is >= '0' and <= '9');

    private static bool IsPlain(string name, bool colons)
    {
        for (int i = 0; i < name.Length; i++)
            if (!MayHold(name[i], i == 0, colons)) return false;
        return name.Length > 0;
    }

    private static void Quote(StringBuilder text, string value)
    {
        text.Append('"');
        foreach (char c in value)
        {
            if (c == '\n') text.Append("\\n");
            else if (c is '\\' or '"') text.Append('\\').Append(c);
            else text.Append(c);
        }

        text.Append('"');
    }
}
