using AppStatus.Core.Containers;
using AppStatus.Core.Environments;
using AppStatus.Core.Environments.Containers;

namespace AppStatus.Core.Tests.Environments.Containers;

public sealed class ContainerArgumentsTests
{
    private const string Labels = "/tmp/labels";

    private const string Variables = "/tmp/variables";
    private static readonly ImageReference Image = new("shop", "2.0");

    [Fact]
    public void No_value_of_a_variable_is_among_the_arguments()
    {
        EnvironmentDefinition definition = Shop.Containers with { Environment = new Dictionary<string, string>(StringComparer.Ordinal) { ["PASSWORD"] = "hush-hush", ["TOKEN"] = "{Name}-token" } };

        IEnumerable<string> all = [.. Instance(definition), .. ContainerArguments.Redis(definition, "shop-redis", Labels), .. ContainerArguments.HAProxy(definition, "shop-balancer", Labels)];

        all.ShouldAllBe(argument => !argument.Contains("hush-hush") && !argument.Contains("-token"));
    }

    [Fact]
    public void An_instance_has_its_name_in_a_network_of_its_own_and_a_published_port() => Instance(Shop.Containers).ShouldBe(
    [
        "create", "--name", "shop-app2", "--label-file", Labels, "--network", "appstatus-shop", "--network-alias", "app2", "--publish", "127.0.0.1:21011:8080",
        "--env-file", Variables,
        "shop:2.0",
    ]);

    [Fact]
    public void More_options_stand_before_the_image_and_arguments_behind_it()
    {
        IReadOnlyList<string> arguments = Instance(Shop.Containers with { RunArguments = ["--memory", "512m"], Arguments = ["--urls", "http://*:{Port}"] });

        arguments.Skip(arguments.Count - 5).ShouldBe(["--memory", "512m", "shop:2.0", "--urls", "http://*:8080"]);
    }

    [Fact]
    public void On_the_machines_network_each_listens_at_its_published_port_and_nothing_is_published()
    {
        EnvironmentDefinition host = Shop.Containers with { Network = "host" };

        foreach (IReadOnlyList<string> arguments in new[] { Instance(host), ContainerArguments.Redis(host, "shop-redis", Labels) })
        {
            arguments.ShouldContain("host");
            arguments.ShouldNotContain("--publish");
            arguments.ShouldNotContain("--network-alias");
        }

        PartSettings settings = ContainerArguments.Settings(host, "app2", Image, "ready");
        (settings.Variables["PORT"], settings.Variables["APPSTATUS_REDIS"]).ShouldBe(("21011", "redis://127.0.0.1:21002/0"));
        ContainerArguments.Redis(host, "shop-redis", Labels).ShouldBe(
            ["create", "--name", "shop-redis", "--label-file", Labels, "--network", "host", "docker.io/library/redis:7", "redis-server", "--save", "", "--appendonly", "no", "--protected-mode", "yes", "--bind", "127.0.0.1", "--port", "21002"]);
    }

    [Fact]
    public void In_its_own_network_Redis_is_reached_by_name() =>
        ContainerArguments.Settings(Shop.Containers, "app2", Image, "ready").Variables["APPSTATUS_REDIS"].ShouldBe("redis://redis:6379/0");

    [Fact]
    public void HAProxy_is_always_on_the_machines_network() => ContainerArguments.HAProxy(Shop.Containers, "shop-balancer", Labels).ShouldBe(
        ["create", "--name", "shop-balancer", "--label-file", Labels, "--network", "host", "docker.io/library/haproxy:lts", "haproxy", "-W", "-db", "-f", "/usr/local/etc/haproxy/haproxy.cfg"]);

    [Fact]
    public void Labels_tell_all_that_is_to_be_known_again_a_line_each()
    {
        string[] lines = ContainerLabels.File(Shop.Containers, "app2", "shop:2.0").Split(['\n'], StringSplitOptions.RemoveEmptyEntries);

        lines.OrderBy(line => line, StringComparer.Ordinal).ShouldBe(
            [$"appstatus.definition={DefinitionJson.Write(Shop.Containers)}", "appstatus.environment=shop", "appstatus.image=shop:2.0", "appstatus.part=app2"]);
    }

    private static IReadOnlyList<string> Instance(EnvironmentDefinition definition) =>
        ContainerArguments.Instance(definition, "app2", "shop-app2", Labels, Image, ContainerArguments.Settings(definition, "app2", Image, "ready"), Variables);
}
