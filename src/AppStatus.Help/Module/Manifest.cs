using System.Text.RegularExpressions;

namespace AppStatus.Help.Module;

internal static partial class Manifest
{
    /// <summary>The names in CmdletsToExport. The manifest is data that PowerShell alone can read in full; this list of it is plain.</summary>
    public static HashSet<string> ExportedCmdlets(string path)
    {
        Match list = CmdletsToExport().Match(File.ReadAllText(path));
        return list.Success
            ? [.. Quoted().Matches(list.Groups["names"].Value).Select(name => name.Groups["name"].Value)]
            : throw new InvalidDataException($"{path} has no list CmdletsToExport.");
    }

    [GeneratedRegex(@"CmdletsToExport\s*=\s*@\((?<names>[^)]*)\)", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex CmdletsToExport();

    [GeneratedRegex("'(?<name>[^']+)'", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Quoted();
}
