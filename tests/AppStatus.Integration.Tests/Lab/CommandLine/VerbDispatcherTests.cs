using AppStatus.Lab.Application;
using AppStatus.Lab.BigIp;
using AppStatus.Lab.CommandLine;
using AppStatus.Lab.Load;

namespace AppStatus.Integration.Tests.Lab.CommandLine;

public sealed class VerbDispatcherTests
{
    [Theory]
    [InlineData("There is no verb 'lod'", "lod")]
    [InlineData("--port is needed", "app", "--version", "1.0")]
    [InlineData("--port must be a number from 0 to 65535", "app", "--port", "web", "--version", "1.0")]
    [InlineData("--user and --password belong together", "app", "--port", "0", "--version", "1.0", "--user", "u")]
    [InlineData("Unknown: --prot", "bigip", "--prot", "8443")]
    [InlineData("--rate is there twice", "load", "--rate", "1", "--rate=2")]
    [InlineData("'8443' is not an option", "bigip", "8443")]
    [InlineData("loopback addresses only", "load", "--uri", "http://example.com/")]
    public async Task Mistakes_are_named_with_the_usage_and_exit_code_2(string message, params string[] arguments)
    {
        var (code, _, errors) = await RunAsync(arguments);

        code.ShouldBe(ExitCodes.Usage);
        errors.ShouldContain(message);
    }

    [Fact]
    public async Task Help_names_each_verb()
    {
        var (code, output, _) = await RunAsync("--help");

        code.ShouldBe(ExitCodes.Success);
        output.ShouldSatisfyAllConditions(text => text.ShouldContain("app "), text => text.ShouldContain("bigip "), text => text.ShouldContain("load "));
    }

    [Fact]
    public async Task A_load_prints_json_and_fails_when_a_request_did()
    {
        var (code, output, _) = await RunAsync("load", "--uri", $"http://127.0.0.1:{FreePort.Take()}/", "--rate", "50", "--seconds", "0.1", "--json");

        code.ShouldBe(ExitCodes.Failure);
        var result = System.Text.Json.Nodes.JsonNode.Parse(output)!;
        result["failed"]!.GetValue<int>().ShouldBe(5);
        result["failuresByKind"]!["ConnectionError"]!.GetValue<int>().ShouldBe(5);
    }

    private static async Task<(int Code, string Output, string Errors)> RunAsync(params string[] arguments)
    {
        using var output = new StringWriter();
        using var errors = new StringWriter();
        var dispatcher = new VerbDispatcher(new AppVerb(), new BigIpVerb(), new LoadVerb());
        var code = await dispatcher.RunAsync(arguments, output, errors, TestContext.Current.CancellationToken);
        return (code, output.ToString(), errors.ToString());
    }
}
