namespace AppStatus.Core.Balancers;

internal static class InstanceUri
{
    /// <summary>The root URI of an instance: https on port 443, else http; IPv6 in brackets; a route domain (<c>%1</c>) left out.</summary>
    public static Uri Of(string address, int port)
    {
        int routeDomain = address.IndexOf('%');
        string host = routeDomain < 0 ? address : address.Substring(0, routeDomain);
        if (host.IndexOf(':') >= 0 && !host.StartsWith("[", StringComparison.Ordinal)) host = $"[{host}]";
        string scheme = port == 443 ? "https" : "http";
        return new Uri(FormattableString.Invariant($"{scheme}://{host}:{port}/"), UriKind.Absolute);
    }
}
