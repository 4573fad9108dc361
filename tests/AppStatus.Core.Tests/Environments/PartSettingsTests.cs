using AppStatus.Core.Containers;
using AppStatus.Core.Environments;

namespace AppStatus.Core.Tests.Environments;

public sealed class PartSettingsTests
{
    private static readonly ImageReference Image = new("shop", "2.0");

    [Fact]
    public void Every_placeholder_is_replaced_in_variables_and_arguments()
    {
        string all = string.Join("|", EnvironmentDefinition.Placeholders);
        EnvironmentDefinition definition = Shop.Containers with { Arguments = ["--all", all], Environment = new Dictionary<string, string>(StringComparer.Ordinal) { ["ALL"] = all, ["OTHER"] = "{name} {Nobody} {}" } };

        PartSettings settings = PartSettings.Of(definition, "app2", Image, "stand-by", 8080, "redis://redis:6379/0");

        settings.Variables["ALL"].ShouldBe("app2|8080|2.0|stand-by|redis://redis:6379/0|shop");
        settings.Arguments.ShouldBe(["--all", "app2|8080|2.0|stand-by|redis://redis:6379/0|shop"]);
        settings.Variables["OTHER"].ShouldBe("{name} {Nobody} {}");
    }

    [Fact]
    public void Every_instance_gets_what_AddAppStatus_reads()
    {
        IReadOnlyDictionary<string, string> variables = PartSettings.Of(Shop.Containers, "app1", Image, "ready", 8080, "redis://redis:6379/0").Variables;

        variables.OrderBy(variable => variable.Key, StringComparer.Ordinal).Select(variable => $"{variable.Key}={variable.Value}").ShouldBe(
            ["APPSTATUS_NAME=app1", "APPSTATUS_REDIS=redis://redis:6379/0", "APPSTATUS_RELEASE=2.0", "APPSTATUS_STATUS=ready", "PASSWORD=hush-hush", "PORT=8080"]);
    }

    [Fact]
    public void Without_Redis_there_is_no_variable_of_it() => PartSettings.Of(Shop.Containers, "app1", Image, "ready", 8080, "").Variables.ContainsKey("APPSTATUS_REDIS").ShouldBeFalse();

    [Fact]
    public void What_the_definition_says_goes_before_what_everybody_gets()
    {
        EnvironmentDefinition definition = Shop.Containers with { Environment = new Dictionary<string, string>(StringComparer.Ordinal) { ["PORT"] = "1{Port}" } };

        PartSettings.Of(definition, "app1", Image, "ready", 80, "").Variables["PORT"].ShouldBe("180");
    }
}
