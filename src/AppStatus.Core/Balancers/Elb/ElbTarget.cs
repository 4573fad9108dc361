using System.Globalization;

namespace AppStatus.Core.Balancers.Elb;

/// <summary>What a member's name says: an instance or an address, and its port.</summary>
internal readonly record struct ElbTarget(string Id, int Port)
{
    public string Name => FormattableString.Invariant($"{Id}:{Port}");

    /// <returns>Null: it is none.</returns>
    public static ElbTarget? Parse(string name)
    {
        int colon = name.LastIndexOf(':');
        return colon > 0 && int.TryParse(name.Substring(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out int port) && port is > 0 and <= 65535
            ? new ElbTarget(name.Substring(0, colon), port)
            : null;
    }
}
