using AppStatus.Core.Errors;

namespace AppStatus.Core.Balancers.F5;

/// <summary>Names of a BIG-IP's objects: full paths such as <c>/Common/app.app/web</c>, case-sensitive.</summary>
internal static class F5Name
{
    public const string DefaultPartition = "Common";

    /// <summary>The full path of a name that may be one already.</summary>
    public static string FullPath(string name, string partition = DefaultPartition)
    {
        if (name.Trim('/').Length == 0 || name.Any(char.IsControl))
        {
            throw new AppStatusException(ErrorId.InvalidArgument, $"'{SafeText.Condensed(name)}' can't be a name on a BIG-IP. Nothing was sent.", "", name);
        }

        return name[0] == '/' ? name : $"/{partition}/{name}";
    }

    /// <summary>What people type and read: the bare name in the default partition, the full path elsewhere.</summary>
    public static string Short(string fullPath)
    {
        const string Prefix = "/" + DefaultPartition + "/";
        bool isPlain = fullPath.StartsWith(Prefix, StringComparison.Ordinal) && fullPath.IndexOf('/', Prefix.Length) < 0;
        return isPlain ? fullPath.Substring(Prefix.Length) : fullPath;
    }

    /// <summary>
    /// A full path as one segment of a URL: <c>/</c> becomes <c>~</c>, the route domain's <c>%</c> becomes <c>%25</c>. The colon
    /// stays, as in the device's own links.
    /// </summary>
    public static string Encode(string fullPath) => Uri.EscapeDataString(fullPath.Replace('/', '~')).Replace("%3A", ":");

    /// <summary>The node's name and the port of a member: <c>web01:80</c>, <c>10.1.1.1%2:80</c>, and for IPv6 <c>2001:db8::1.80</c>.</summary>
    public static (string Node, string Port) SplitMember(string name)
    {
        string last = name.Substring(name.LastIndexOf('/') + 1);
        bool isIPv6 = last.IndexOf(':') != last.LastIndexOf(':');
        int at = isIPv6 ? last.LastIndexOf('.') : last.LastIndexOf(':');
        return at < 0 ? (last, "") : (last.Substring(0, at), last.Substring(at + 1));
    }
}
