namespace AppStatus.Core.Balancers.F5;

/// <summary>One virtual server's statistics.</summary>
/// <param name="Name">Its full path.</param>
internal sealed record F5VirtualServerStatistics(string Name, long? Connections, string Availability);
