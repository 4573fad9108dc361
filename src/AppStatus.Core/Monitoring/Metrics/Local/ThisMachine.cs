using System.Net;
using System.Net.NetworkInformation;

namespace AppStatus.Core.Monitoring.Metrics.Local;

/// <summary>Whether a name or an address is this machine's.</summary>
internal static class ThisMachine
{
    public static string Name => Environment.MachineName;

    public static bool Is(MetricTarget target) => Is(target.Address) || (target.ComputerName.Length > 0 && Is(target.ComputerName));

    private static bool Is(string host)
    {
        if (host == "." || Same(host, "localhost")) return true;
        if (IPAddress.TryParse(host, out IPAddress? address)) return IPAddress.IsLoopback(address) || Addresses().Contains(address);
        string first = host.Split('.')[0];
        return Same(first, Environment.MachineName) || Same(host, Dns.GetHostName());
    }

    private static IEnumerable<IPAddress> Addresses() =>
        NetworkInterface.GetAllNetworkInterfaces().SelectMany(network => network.GetIPProperties().UnicastAddresses).Select(unicast => unicast.Address);

    private static bool Same(string a, string b) => string.Equals(a, b, StringComparison.OrdinalIgnoreCase);
}
