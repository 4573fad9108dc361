using AppStatus.Core.Environments;
using AppStatus.Core.Errors;

namespace AppStatus.Core.Tests.Environments;

public sealed class DifferenceTests
{
    [Fact]
    public void The_same_is_no_difference() => Difference(Shop.Containers, typeof(EnvironmentDefinition).GetProperties().Select(property => property.Name)).ShouldBeNull();

    [Theory]
    [InlineData("Name")]
    [InlineData("Engine")]
    [InlineData("Image")]
    public void What_a_deployment_changes_or_only_names_it_is_open(string named) =>
        Difference(Shop.Containers with { Name = "other", Engine = "podman", Image = "shop:9" }, [named]).ShouldBeNull();

    [Theory]
    [InlineData("Port")]
    [InlineData("AdminPort")]
    [InlineData("RedisPort")]
    public void An_open_port_is_the_one_that_was_chosen(string named)
    {
        Difference(Shop.Containers with { Port = 0, AdminPort = 0, RedisPort = 0 }, [named]).ShouldBeNull();
        Difference(Shop.Containers with { Port = 1, AdminPort = 1, RedisPort = 1 }, [named]).ShouldNotBeNull().Message.ShouldContain($"exists with {named} 2100");
    }

    [Fact]
    public void It_says_what_there_is_what_was_asked_for_and_what_to_type() => Difference(Shop.Containers with { Instances = 3, Network = "host" }, ["Name", "Instances"]).ShouldBe(new Fault(
        ErrorId.EnvironmentDiffers, "Environment shop exists with Instances 2, and 3 was asked for. Nothing was touched.", "Leave it as it is, or type Stop-AppEnvironment shop first."));

    [Fact]
    public void What_was_not_asked_for_can_not_differ() => Difference(Shop.Containers with { Instances = 3 }, ["Network"]).ShouldBeNull();

    [Fact]
    public void Lists_are_compared_by_what_they_hold()
    {
        Difference(Shop.Containers with { Arguments = ["a", "b"] }, ["Arguments"], Shop.Containers with { Arguments = new List<string> { "a", "b" } }).ShouldBeNull();
        Difference(Shop.Containers with { Arguments = ["b", "a"] }, ["Arguments"], Shop.Containers with { Arguments = ["a", "b"] }).ShouldNotBeNull();
    }

    // A hashtable of PowerShell has another order in each process.
    [Fact]
    public void The_order_of_variables_makes_no_difference()
    {
        EnvironmentDefinition one = With("A", "1", "B", "2", "C", "3"), other = With("C", "3", "A", "1", "B", "2");

        Difference(one, ["Environment"], other).ShouldBeNull();
    }

    [Fact]
    public void Of_variables_their_names_are_told_and_not_their_values()
    {
        Fault fault = Difference(With("SAME", "open", "PASSWORD", "other-secret", "NEW", "new-secret"), ["Environment"], With("SAME", "open", "PASSWORD", "old-secret", "GONE", "gone-secret")).ShouldNotBeNull();

        fault.Message.ShouldBe("Environment shop exists with other values of GONE, NEW, PASSWORD in Environment than were asked for. Nothing was touched.");
    }

    private static Fault? Difference(EnvironmentDefinition asked, IEnumerable<string> named, EnvironmentDefinition? there = null) => EnvironmentDescription.Difference(asked, named, there ?? Shop.Containers);

    private static EnvironmentDefinition With(params string[] variables)
    {
        var map = new Dictionary<string, string>(StringComparer.Ordinal);
        for (int at = 0; at < variables.Length; at += 2) map[variables[at]] = variables[at + 1];
        return Shop.Containers with { Environment = map };
    }
}
