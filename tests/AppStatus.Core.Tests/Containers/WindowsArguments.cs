using System.Text;

namespace AppStatus.Core.Tests.Containers;

/// <summary>Takes a command line apart by the rules that Microsoft's C runtime documents, written without a look at what puts it together.</summary>
internal static class WindowsArguments
{
    public static IReadOnlyList<string> Of(string line)
    {
        var all = new List<string>();
        int at = 0;
        while (true)
        {
            while (at < line.Length && line[at] is ' ' or '\t') at++;
            if (at >= line.Length) return all;
            all.Add(Next(line, ref at));
        }
    }

    private static string Next(string line, ref int at)
    {
        var text = new StringBuilder();
        bool quoted = false;
        while (at < line.Length && (quoted || line[at] is not (' ' or '\t')))
        {
            int slashes = 0;
            while (at < line.Length && line[at] == '\\')
            {
                slashes++;
                at++;
            }

            bool mark = at < line.Length && line[at] == '"';
            text.Append('\\', mark ? slashes / 2 : slashes);
            if (mark && slashes % 2 == 1)
            {
                text.Append('"');
                at++;
            }
            else if (mark)
            {
                // Two within quotes are one that stands for itself.
                bool doubled = quoted && at + 1 < line.Length && line[at + 1] == '"';
                if (doubled) text.Append('"');
                else quoted = !quoted;
                at += doubled ? 2 : 1;
            }
            else if (slashes == 0)
            {
                text.Append(line[at++]);
            }
        }

        return text.ToString();
    }
}
