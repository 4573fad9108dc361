using System.Reflection;
using System.Text.RegularExpressions;

namespace AppStatus.AspNetCore;

/// <summary>The version that the endpoint reports.</summary>
internal static partial class ReportedVersion
{
    public static string Of(AppStatusOptions options) => options.Version ?? OfAssembly(Assembly.GetEntryAssembly());

    public static string OfAssembly(Assembly? assembly)
    {
        var text = assembly?.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion;
        return string.IsNullOrWhiteSpace(text) ? "unknown" : CommitHash().Replace(text, "");
    }

    // The SDK appends the commit to what the project said; a release is named by what the project said.
    [GeneratedRegex("[+.][0-9a-f]{40}$", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex CommitHash();
}
