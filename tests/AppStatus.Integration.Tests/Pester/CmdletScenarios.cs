namespace AppStatus.Integration.Tests.Pester;

/// <summary>All other files of tests/Pester, beside those.</summary>
public sealed class CmdletScenarios : PesterScenarios
{
    public static TheoryData<string> Files => FilesWhere(file => !IsDeployment(file));

    [Theory]
    [MemberData(nameof(Files))]
    public Task Passes(string file) => PassesAsync(file);
}
