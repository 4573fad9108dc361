namespace AppStatus.Integration.Tests.Pester;

/// <summary>One of the two shares of tests/Pester.</summary>
public sealed class FirstPesterScenarios : PesterScenarios
{
    public static TheoryData<string> Files => [.. PesterShares.Of(0)];

    [Theory]
    [MemberData(nameof(Files))]
    public Task Passes(string file) => PassesAsync(file);
}
