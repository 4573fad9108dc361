using AppStatus.Core.Environments;

namespace AppStatus.Core.Tests.Environments;

public sealed class DefinitionJsonTests
{
    [Fact]
    public void What_is_written_is_read_again()
    {
        EnvironmentDefinition definition = Shop.Containers with
        {
            Engine = "/opt/podman", Arguments = ["--greeting", "say \"hi\"\n", "{Port}"], RunArguments = ["--memory", "1g"], Expect = "^ok|\\d", StopTimeoutSec = 7,
            Environment = new Dictionary<string, string>(StringComparer.Ordinal) { ["A"] = "it's \u00fc", ["a"] = "" }, Network = "host", Backend = "web", Balancer = EnvironmentBalancer.RedisTable,
        };

        string text = DefinitionJson.WriteWhole(definition);
        EnvironmentDefinition read = DefinitionJson.Read(text).ShouldNotBeNull();

        // One line: it is a line of a file of labels.
        text.IndexOf('\n').ShouldBe(-1);
        foreach (System.Reflection.PropertyInfo property in typeof(EnvironmentDefinition).GetProperties())
            System.Text.Json.JsonSerializer.Serialize(property.GetValue(read)).ShouldBe(System.Text.Json.JsonSerializer.Serialize(property.GetValue(definition)), property.Name);
        text.ShouldNotContain("OnHostNetwork");
        text.ShouldContain("\"RedisTable\"");
    }

    [Fact]
    public void Values_are_left_out_unless_they_hold_a_placeholder_and_come_back_from_an_instance()
    {
        EnvironmentDefinition definition = Shop.Containers with { Environment = new Dictionary<string, string>(StringComparer.Ordinal) { ["SECRET"] = "hush", ["URL"] = "http://+:{Port}", ["GONE"] = "x" } };

        string text = DefinitionJson.Write(definition);
        EnvironmentDefinition whole = DefinitionJson.Complete(DefinitionJson.Read(text).ShouldNotBeNull(), new Dictionary<string, string>(StringComparer.Ordinal) { ["SECRET"] = "hush", ["URL"] = "http://+:8080" });

        text.ShouldNotContain("hush");
        whole.Environment.OrderBy(pair => pair.Key, StringComparer.Ordinal).Select(pair => $"{pair.Key}={pair.Value}").ShouldBe(["GONE=", "SECRET=hush", "URL=http://+:{Port}"]);
    }

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("no json")]
    [InlineData("{\"Provider\":\"Cloud\",\"Instances\":0}")]
    [InlineData("{\"Instances\":0,\"Ports\":null}")]
    [InlineData("{\"Instances\":2,\"Ports\":[1]}")]
    [InlineData("{\"Instances\":\"2\",\"Ports\":[1,2]}")]
    [InlineData("{\"Name\":null,\"Instances\":1,\"Ports\":[1]}")]
    public void What_is_none_of_ours_is_none(string text) => DefinitionJson.Read(text).ShouldBeNull();
}
