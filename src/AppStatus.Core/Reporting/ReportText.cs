using System.Text;

namespace AppStatus.Core.Reporting;

/// <summary>Text of a journal, which others wrote, made fit for a file that a browser or a build server reads.</summary>
internal static class ReportText
{
    /// <summary>What can't stand in any XML (control characters, half surrogates) is replaced; commands for a build server are broken.</summary>
    public static string Of(string text)
    {
        string safe = SafeText.OfLines(text);
        return IsWhole(safe) ? safe : Mend(safe);
    }

    /// <summary>For Markdown: nothing in it is markup, and it is one line.</summary>
    public static string Markdown(string text)
    {
        var escaped = new StringBuilder();
        foreach (char c in Of(string.Join(" ", text.Split(['\r', '\n'], StringSplitOptions.RemoveEmptyEntries))))
        {
            if (c == '<') escaped.Append("&lt;");
            else if (c == '>') escaped.Append("&gt;");
            else if (c == '&') escaped.Append("&amp;");
            else if (@"\`*_{}[]()#+!|~".IndexOf(c) >= 0) escaped.Append('\\').Append(c);
            else escaped.Append(c);
        }

        return escaped.ToString();
    }

    private static bool IsWhole(string text) => text.All(c => !char.IsSurrogate(c) && c is not ('\uFFFE' or '\uFFFF'));

    private static string Mend(string text)
    {
        var mended = new StringBuilder(text.Length);
        for (int at = 0; at < text.Length; at++)
        {
            char c = text[at];
            if (char.IsHighSurrogate(c) && at + 1 < text.Length && char.IsLowSurrogate(text[at + 1])) mended.Append(c).Append(text[++at]);
            else mended.Append(char.IsSurrogate(c) || c is '\uFFFE' or '\uFFFF' ? '\uFFFD' : c);
        }

        return mended.ToString();
    }
}
