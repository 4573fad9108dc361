namespace AppStatus.Integration.Tests.Pester;

/// <summary>One of the two shares of tests/Pester.</summary>
public sealed class SecondPesterScenarios : PesterScenarios
{
    public static TheoryData<string> Files => [.. PesterShares.Of(1)];

    [Theory]
    [MemberData(nameof(Files))]
    public Task Passes(string file) => PassesAsync(file);
}
