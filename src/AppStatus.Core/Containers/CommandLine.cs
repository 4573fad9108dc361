using System.Text;

namespace AppStatus.Core.Containers;

/// <summary>Arguments as one text that <see cref="System.Diagnostics.ProcessStartInfo.Arguments"/> takes apart again, on every system by the rules of Windows.</summary>
internal static class CommandLine
{
    public static string Of(IEnumerable<string> arguments) => string.Join(" ", arguments.Select(Quoted));

    // Backslashes are doubled only where a quotation mark follows.
    private static string Quoted(string argument)
    {
        if (argument.Length > 0 && argument.IndexOfAny([' ', '\t', '\n', '\v', '"']) < 0) return argument;
        var text = new StringBuilder("\"");
        int backslashes = 0;
        foreach (char c in argument)
        {
            if (c == '\\')
            {
                backslashes++;
                continue;
            }

            text.Append('\\', c == '"' ? (backslashes * 2) + 1 : backslashes).Append(c);
            backslashes = 0;
        }

        return text.Append('\\', backslashes * 2).Append('"').ToString();
    }
}
