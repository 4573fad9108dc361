using AppStatus.Core.Environments;

namespace AppStatus.Core.Tests.Environments;

public sealed class HAProxyConfigurationTests
{
    [Fact]
    public void It_has_one_server_for_each_instance_whose_status_decides()
    {
        string[] lines = Lines(Shop.Containers);

        lines.ShouldContain("stats socket ipv4@127.0.0.1:21001 level admin");
        lines.ShouldContain("bind 127.0.0.1:21000");
        lines.ShouldContain("backend app");
        lines.ShouldContain("http-check send meth GET uri '/appstatus' ver HTTP/1.1 hdr Host localhost");
        lines.ShouldContain("http-check expect rstring '^ready[[:space:]]*$|\"status\" *: *\"ready\"'");
        lines.Where(line => line.StartsWith("server ", StringComparison.Ordinal)).ShouldBe(["server app1 127.0.0.1:21010", "server app2 127.0.0.1:21011"]);
    }

    [Fact]
    public void Without_Expect_200_suffices() => Lines(Shop.Containers with { Expect = "" }).ShouldContain("http-check expect status 200");

    [Fact]
    public void A_quotation_mark_ends_no_word() =>
        Lines(Shop.Containers with { Expect = "it's" }).ShouldContain(@"http-check expect rstring 'it'\''s'");

    [Fact]
    public void Nothing_that_a_definition_may_hold_makes_another_line()
    {
        int lines = Lines(Shop.Containers).Length;

        foreach (string text in new[] { "' server evil 10.0.0.1:80 #", "\" server evil", "\\", "\\'", "a b", "$HOME", "%[src]" })
            Lines(Shop.Containers with { Expect = text, StatusPath = "/" + text.Replace(" ", "") }).Length.ShouldBe(lines);
        HAProxyConfiguration.Of(Shop.Containers).IndexOf('\r').ShouldBe(-1);
    }

    private static string[] Lines(EnvironmentDefinition definition) => [.. HAProxyConfiguration.Of(definition).Split(['\n'], StringSplitOptions.RemoveEmptyEntries).Select(line => line.Trim())];
}
