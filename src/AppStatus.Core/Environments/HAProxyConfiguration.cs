using System.Text;

namespace AppStatus.Core.Environments;

/// <summary>
/// The configuration of an environment's HAProxy: one frontend, one backend of all instances, whose status decides over their traffic, and the
/// runtime API through which AppStatus drains them.
/// </summary>
internal static class HAProxyConfiguration
{
    public static string Of(EnvironmentDefinition definition)
    {
        var text = new StringBuilder();
        // Who is out by its check keeps its connections: requests in flight end by themselves.
        text.Append(FormattableString.Invariant($"""
            global
              stats socket ipv4@{definition.AdminAddress}:{definition.AdminPort} level admin
              stats timeout 1m
            defaults
              mode http
              option redispatch
              timeout connect 2s
              timeout client 60s
              timeout server 60s
              timeout queue 5s
            frontend traffic
              bind {definition.Address}:{definition.Port}
              default_backend {definition.Backend}
            backend {definition.Backend}
              balance roundrobin
              option httpchk
              http-check send meth GET uri {Word(definition.StatusPath)} ver HTTP/1.1 hdr Host localhost

            """));
        text.Append("  http-check expect status 200\n");
        if (definition.Expect.Length > 0) text.Append($"  http-check expect rstring {Word(definition.Expect)}\n");
        text.Append("  default-server check inter 500ms fall 1 rise 1\n");
        foreach (string name in definition.InstanceNames)
            text.Append(FormattableString.Invariant($"  server {name} {definition.Address}:{definition.PortOf(name)}\n"));
        return text.Replace("\r\n", "\n").ToString();
    }

    // In single quotes nothing has a meaning but the quote itself.
    private static string Word(string text) => $"'{text.Replace("'", "'\\''")}'";
}
