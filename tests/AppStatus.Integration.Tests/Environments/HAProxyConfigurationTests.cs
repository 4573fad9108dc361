using System.Diagnostics;
using AppStatus.Core.Environments;
using AppStatus.Integration.Tests.Support;

namespace AppStatus.Integration.Tests.Environments;

/// <summary>A real HAProxy reads what is generated for it.</summary>
public sealed class HAProxyConfigurationTests
{
    private static readonly EnvironmentDefinition Definition = new() { Name = "shop", Image = "lab:1.0", Instances = 2, Balancer = EnvironmentBalancer.HAProxy, Port = 21000, AdminPort = 21001, Ports = [21010, 21011] };

    [Theory]
    [InlineData("/appstatus", "^ready|\"status\" *: *\"ready\"")]
    [InlineData("/health?full=1&x=%20#top", "")]
    [InlineData("/it's\"quoted\"", "it's \"ready\" \\w+ # $HOME \\\\")]
    [InlineData("/a'server", "' server evil 10.0.0.1:80 #")]
    [InlineData("/\\", "\\\\")]
    [InlineData("/%[src]", "%[src] {a,b} \u00fc")]
    public async Task It_accepts_every_path_and_expression_that_a_definition_may_hold(string path, string expect)
    {
        // What the reader refuses needs no configuration.
        (EnvironmentDefinition read, _) = DefinitionReader.Read(new Dictionary<string, object>(StringComparer.Ordinal) { ["statusPath"] = path, ["expect"] = expect });

        (int code, string said) = await CheckAsync(HAProxyConfiguration.Of(Definition with { StatusPath = read.StatusPath, Expect = read.Expect }));

        code.ShouldBe(0, said);
        said.ShouldNotContain("WARNING");
    }

    [Fact]
    public async Task It_accepts_as_many_instances_as_there_may_be() =>
        (await CheckAsync(HAProxyConfiguration.Of(Definition with { Instances = 64, Ports = [.. Enumerable.Range(21100, 64)] }))).Code.ShouldBe(0);

    // The check of the check: what the reader refuses, HAProxy would have taken for a server of its own, or refused.
    [Fact]
    public async Task A_line_break_that_came_through_would_not_be_accepted() =>
        (await CheckAsync(HAProxyConfiguration.Of(Definition with { Expect = "ready\n  server evil 10.0.0.1:80" }))).Code.ShouldNotBe(0);

    private static async Task<(int Code, string Said)> CheckAsync(string configuration)
    {
        string program = Requirement.Program("haproxy"), file = Path.GetTempFileName();
        try
        {
            await File.WriteAllTextAsync(file, configuration, TestContext.Current.CancellationToken);
            using Process check = Process.Start(new ProcessStartInfo(program, ["-c", "-f", file]) { UseShellExecute = false, RedirectStandardError = true, RedirectStandardOutput = true })!;
            Task<string> output = check.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
            string said = await check.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
            await check.WaitForExitAsync(TestContext.Current.CancellationToken);
            return (check.ExitCode, said + await output);
        }
        finally
        {
            File.Delete(file);
        }
    }
}
