namespace AppStatus.Core.Verification;

/// <summary>What one look at an instance gave.</summary>
/// <param name="Healthy">It answered as a healthy instance does.</param>
/// <param name="Version">What it says that it runs; empty where it does not say.</param>
/// <param name="RunsExpected">It runs what it should; true where versions are not checked.</param>
/// <param name="Detail">For people: what was seen.</param>
internal sealed record HealthReading(bool Healthy, string Version, bool RunsExpected, string Detail);
