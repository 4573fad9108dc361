namespace AppStatus.Core.Balancers.HAProxy;

/// <summary>The text formats of the runtime API (HAProxy management guide, "Unix Socket commands").</summary>
internal static class RuntimeAnswers
{
    /// <summary>Splits what a line of commands brought: each answer ends in an empty line. Null where the last one is cut off.</summary>
    public static IReadOnlyList<string>? Split(string text)
    {
        var answers = new List<string>();
        int start = 0;
        int line = 0;
        while (line < text.Length)
        {
            int end = text.IndexOf('\n', line);
            if (end < 0) return null;
            if (end == line)
            {
                answers.Add(text.Substring(start, line - start).TrimEnd('\n'));
                start = end + 1;
            }

            line = end + 1;
        }

        return start == text.Length ? answers : null;
    }

    /// <summary>The rows of a <c>show stat</c> by column name; null where the text is no such table.</summary>
    public static IReadOnlyList<IReadOnlyDictionary<string, string>>? ReadCsv(string text)
    {
        string[] lines = text.Split(['\n'], StringSplitOptions.RemoveEmptyEntries);
        if (lines.Length == 0 || !lines[0].StartsWith("# pxname,", StringComparison.Ordinal)) return null;
        List<string> header = SplitCsv(lines[0].Substring(2));
        return [.. lines.Skip(1).Select(line => Row(header, SplitCsv(line)))];
    }

    /// <summary>The rows of a <c>show servers state</c> by column name; null where the text is no such table.</summary>
    public static IReadOnlyList<IReadOnlyDictionary<string, string>>? ReadServersState(string text)
    {
        // A line with the format's version comes first, then the header.
        string[] lines = text.Split(['\n'], StringSplitOptions.RemoveEmptyEntries);
        int headerAt = Array.FindIndex(lines, line => line.StartsWith("# be_id ", StringComparison.Ordinal));
        if (headerAt < 0) return null;
        List<string> header = [.. lines[headerAt].Substring(2).Split([' '], StringSplitOptions.RemoveEmptyEntries)];
        return [.. lines.Skip(headerAt + 1).Select(line => Row(header, [.. line.Split([' '], StringSplitOptions.RemoveEmptyEntries)]))];
    }

    /// <summary>A field of <c>show info</c> or of another list of <c>Name: value</c> lines; empty where it is missing.</summary>
    public static string ReadField(string text, string name)
    {
        string prefix = name + ": ";
        string? line = text.Split('\n').FirstOrDefault(candidate => candidate.StartsWith(prefix, StringComparison.Ordinal));
        return line is null ? "" : line.Substring(prefix.Length).Trim();
    }

    private static Dictionary<string, string> Row(List<string> header, List<string> values)
    {
        var row = new Dictionary<string, string>(StringComparer.Ordinal);
        for (int i = 0; i < header.Count && i < values.Count; i++) row[header[i]] = values[i];
        return row;
    }

    private static List<string> SplitCsv(string line)
    {
        var fields = new List<string>();
        var field = new System.Text.StringBuilder();
        bool quoted = false;
        for (int i = 0; i < line.Length; i++)
        {
            char c = line[i];
            if (c == '"' && quoted && i + 1 < line.Length && line[i + 1] == '"')
            {
                field.Append('"');
                i++;
            }
            else if (c == '"')
            {
                quoted = !quoted;
            }
            else if (c == ',' && !quoted)
            {
                fields.Add(field.ToString());
                field.Clear();
            }
            else
            {
                field.Append(c);
            }
        }

        fields.Add(field.ToString());
        return fields;
    }
}
