using AppStatus.Core.Balancers;

namespace AppStatus.Integration.Tests.Balancers;

/// <summary>A row of the table in docs/balancers/README.md, as the balancer itself has it.</summary>
internal static class CapabilityRow
{
    private const string Page = "docs/balancers/README.md";

    /// <summary>Says on the test's output what is lacking, and fails where the documentation has another row.</summary>
    /// <param name="name">What the documentation calls the balancer.</param>
    /// <param name="can">Of the connected balancer.</param>
    /// <param name="range">What its capabilities don't tell, the contract tests on it.</param>
    public static void ShouldBeDocumented(string name, BalancerCapabilities can, IBalancerRange range)
    {
        string connections = can.HasFlag(BalancerCapabilities.ConnectionCounts) ? "counted" : can.HasFlag(BalancerCapabilities.DrainEnd) ? "only when they are over" : "not seen";
        string weights = can.HasFlag(BalancerCapabilities.Weights) ? "of each member" : can.HasFlag(BalancerCapabilities.PoolWeights) ? "of the target group" : "none";
        string offline = can.HasFlag(BalancerCapabilities.Offline) ? "yes" : range.RefusesOffline ? "refused" : "as Draining";
        string health = range.HealthOfServing == MemberHealth.Unknown ? "unknown" : "Up, Down";
        string restart = range.KeepsStateOverRestart ? "kept" : "forgotten";
        string row = $"| {name} | {connections} | {weights} | {offline} | {health} | {restart} |";

        string[] lacks = [.. Enum.GetValues<BalancerCapabilities>().Where(one => one != BalancerCapabilities.None && !can.HasFlag(one)).Select(one => one.ToString())];
        TestContext.Current.TestOutputHelper?.WriteLine($"{row}\nLacks: {string.Join(", ", lacks)}");
        File.ReadLines(Path.Combine(Support.Repository.Root, Page)).Where(line => line.StartsWith($"| {name} |", StringComparison.Ordinal)).ShouldBe([row], Page);
    }
}
