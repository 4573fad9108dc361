using AppStatus.Core.Errors;

namespace AppStatus.Core.Balancers.HAProxy;

/// <summary>Names go into a line of commands, where a blank or a semicolon would begin another one.</summary>
internal static class HAProxyNames
{
    /// <summary>Lets pass what HAProxy itself allows in a proxy's or server's name: letters, digits, <c>-</c>, <c>_</c>, <c>.</c> and <c>:</c>.</summary>
    public static string Checked(string name, string what)
    {
        if (name.Length > 0 && name.All(c => c is (>= 'a' and <= 'z') or (>= 'A' and <= 'Z') or (>= '0' and <= '9') or '-' or '_' or '.' or ':')) return name;
        throw new AppStatusException(ErrorId.InvalidArgument,
            $"'{SafeText.Condensed(name)}' can't be the name of a {what}: HAProxy's names have letters, digits and - _ . : only. Nothing was sent.", "", name);
    }
}
