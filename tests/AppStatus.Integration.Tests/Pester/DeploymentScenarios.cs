namespace AppStatus.Integration.Tests.Pester;

/// <summary>The files of tests/Pester that are about whole deployments.</summary>
public sealed class DeploymentScenarios : PesterScenarios
{
    public static TheoryData<string> Files => FilesWhere(file => IsDeployment(file));

    [Theory]
    [MemberData(nameof(Files))]
    public Task Passes(string file) => PassesAsync(file);
}
