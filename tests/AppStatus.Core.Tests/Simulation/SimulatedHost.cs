namespace AppStatus.Core.Tests.Simulation;

/// <summary>A machine with one copy of the application on it.</summary>
internal sealed class SimulatedHost(string name, string address)
{
    public string Name { get; } = name;

    public string Address { get; } = address;

    public int Port { get; } = 8080;

    public string Key => $"{Address}:{Port}";

    public string Version { get; set; } = "1.0";

    /// <summary>What its status endpoint answers now. The balancer's monitors learn of it later.</summary>
    public bool Healthy { get; set; } = true;

    /// <summary>What the instance says of itself, where that and not the balancer takes it into traffic; empty: the balancer does.</summary>
    public string Status { get; set; } = "";

    /// <summary>Its new release falls ill so long after it came into traffic; null: it does not.</summary>
    public TimeSpan? SickensInTraffic { get; set; }

    public List<SimulatedEntry> Entries { get; } = [];

    /// <summary>How often the release was deployed to it with success.</summary>
    public int Deployed { get; set; }

    /// <summary>Its health was disturbed by something that is not ours.</summary>
    public bool Flapped { get; set; }
}
