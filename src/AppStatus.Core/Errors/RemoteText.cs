using System.Text;

namespace AppStatus.Core.Errors;

/// <summary>Text that a server sent, made fit for a message: one line, no control characters, no console or pipeline commands, bounded.</summary>
internal static class RemoteText
{
    private const int MaxLength = 300;

    public static string Clean(string? text)
    {
        if (string.IsNullOrWhiteSpace(text)) return "";

        var clean = new StringBuilder(Math.Min(text!.Length, MaxLength));
        bool gap = false;
        foreach (char c in text)
        {
            if (char.IsControl(c) || char.IsWhiteSpace(c) || char.GetUnicodeCategory(c) == System.Globalization.UnicodeCategory.Format)
            {
                gap = clean.Length > 0;
                continue;
            }

            if (clean.Length >= MaxLength) return clean.Append('…').ToString();
            if (gap) clean.Append(' ');
            gap = false;
            // Azure Pipelines takes "##vso[…]" and "##[…]" anywhere in a line as commands.
            if (c == '#' && clean.Length > 0 && clean[clean.Length - 1] == '#') clean.Append(' ');
            clean.Append(c);
        }

        return clean.ToString();
    }
}
