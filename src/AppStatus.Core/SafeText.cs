using System.Globalization;
using System.Text;

namespace AppStatus.Core;

/// <summary>
/// Makes remote text safe to show. What a server sends could move the cursor, colour or erase the screen, hide itself
/// (a soft hyphen, a change of direction), or command an Azure DevOps agent, which obeys any line that has
/// <c>##vso[</c> in it. Each such thing is replaced by something that can be seen; all other text stays as it is.
/// </summary>
internal static class SafeText
{
    /// <summary>For one line: line breaks and tabs are replaced, too.</summary>
    /// <param name="text">The remote text.</param>
    /// <param name="limit">Characters that are kept; the rest becomes an ellipsis.</param>
    public static string Of(string text, int limit = 4096) => Replace(text, limit, lines: false);

    /// <summary>For text of several lines.</summary>
    public static string OfLines(string text, int limit = 65536) => Replace(text, limit, lines: true);

    /// <summary>For a sentence that quotes a server: every run of blanks and line breaks becomes one blank.</summary>
    /// <param name="text">The remote text; null is none.</param>
    /// <param name="limit">Characters that are kept; the rest becomes an ellipsis.</param>
    public static string Condensed(string? text, int limit = 300) =>
        string.IsNullOrWhiteSpace(text) ? "" : Of(string.Join(" ", text!.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)), limit);

    private static string Replace(string text, int limit, bool lines)
    {
        if (text.Length <= limit && IsSafe(text, lines)) return text;

        var safe = new StringBuilder(Math.Min(text.Length, limit) + 8);
        foreach (char c in text.Length > limit ? text.Substring(0, limit) + "…" : text)
        {
            if (!IsHidden(c, lines)) safe.Append(c);
            else if (c < ' ') safe.Append((char)('\u2400' + c));
            else safe.Append('\uFFFD');
        }

        return NeutraliseCommands(safe.ToString());
    }

    private static bool IsSafe(string text, bool lines)
    {
        foreach (char c in text)
        {
            if (IsHidden(c, lines)) return false;
        }

        return text.IndexOf("##", StringComparison.Ordinal) < 0;
    }

    private static bool IsHidden(char c, bool lines)
    {
        if (c >= ' ' && c < '\u007F') return false;
        if (c is '\n' or '\r' or '\t') return !lines;
        return CharUnicodeInfo.GetUnicodeCategory(c) is UnicodeCategory.Control or UnicodeCategory.Format
            or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator;
    }

    /// <summary>The agent knows <c>##vso[</c> anywhere in a line and <c>##[</c> at its start; a blank between the two marks ends both.</summary>
    private static string NeutraliseCommands(string text)
    {
        int at = 0;
        while ((at = text.IndexOf("##", at, StringComparison.Ordinal)) >= 0)
        {
            string rest = text.Substring(at + 2);
            bool command = rest.StartsWith("[", StringComparison.Ordinal) || rest.StartsWith("vso[", StringComparison.OrdinalIgnoreCase);
            if (command) text = text.Insert(at + 1, " ");
            at++;
        }

        return text;
    }
}
