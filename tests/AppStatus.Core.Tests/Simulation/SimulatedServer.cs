namespace AppStatus.Core.Tests.Simulation;

/// <summary>A virtual server, as it truly is.</summary>
internal sealed class SimulatedServer(string name, string pool)
{
    public string Name { get; } = name;

    public string Pool { get; set; } = pool;

    /// <summary>When a hand last switched it; null: none has.</summary>
    public TimeSpan? HandAt { get; set; }
}
