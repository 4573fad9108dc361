using AppStatus.Core.Containers;
using AppStatus.Core.Environments;

namespace AppStatus.Core.Tests.Environments;

public sealed class FoundEnvironmentTests
{
    private static readonly ListedHost Host = new();

    [Fact]
    public void It_runs_when_all_of_its_parts_do()
    {
        var found = new FoundEnvironment(Host, Shop.Whole());

        (found.State, found.Missing.Count).ShouldBe((EnvironmentState.Running, 0));
    }

    [Theory]
    [InlineData("redis")]
    [InlineData("app2")]
    [InlineData("balancer")]
    public void One_part_that_is_missing_or_has_ended_makes_it_partial(string part)
    {
        var gone = new FoundEnvironment(Host, [.. Shop.Whole().Where(one => one.Name != part)]);
        var ended = new FoundEnvironment(Host, [.. Shop.Whole().Select(one => one.Name == part ? one with { Running = false } : one)]);

        (gone.State, ended.State).ShouldBe((EnvironmentState.Partial, EnvironmentState.Partial));
        gone.Missing.ShouldBe([part]);
        ended.Missing.ShouldBe([part]);
    }

    [Fact]
    public void It_is_stopped_when_nothing_runs_and_misses_parts_in_the_order_in_which_they_come_up()
    {
        var found = new FoundEnvironment(Host, [Shop.Part("app1", running: false)]);

        found.State.ShouldBe(EnvironmentState.Stopped);
        found.Missing.ShouldBe(["redis", "app1", "app2", "balancer"]);
    }

    [Fact]
    public void A_Redis_that_nobody_asked_for_is_not_missed() =>
        new FoundEnvironment(Host, [.. Shop.Whole().Where(part => part.Name != "redis").Select(part => part with { Definition = Shop.Containers with { Redis = false } })]).State.ShouldBe(EnvironmentState.Running);

    [Fact]
    public void Its_description_tells_what_runs_where()
    {
        AppEnvironment told = new FoundEnvironment(Host, [Shop.Part("app2", image: "shop:2.0"), Shop.Part("balancer", image: "haproxy:lts"), Shop.Part("app1"), Shop.Part("redis", image: "redis:7")]).Describe();

        (told.Name, told.Provider, told.Engine, told.State).ShouldBe(("shop", EnvironmentProvider.Container, "docker", EnvironmentState.Running));
        (told.Uri, told.BalancerUri, told.Redis, told.Pool).ShouldBe((new Uri("http://127.0.0.1:21000/"), new Uri("tcp://127.0.0.1:21001"), new Uri("redis://127.0.0.1:21002/0"), "app"));
        told.Instances.Select(instance => $"{instance.Name} {instance.Uri} {instance.Image} {instance.Release} {instance.Id}").ShouldBe(
            ["app1 http://127.0.0.1:21010/ shop:1.0 1.0 shop-app1", "app2 http://127.0.0.1:21011/ shop:2.0 2.0 shop-app2"]);
        told.Release.ShouldBe(["1.0", "2.0"]);
        told.Image.ShouldBe("shop");
    }

    [Fact]
    public void Before_its_first_instance_it_tells_what_was_asked_for() =>
        new FoundEnvironment(Host, [Shop.Part("redis", image: "redis:7")]).Describe().Image.ShouldBe("shop");

    [Theory]
    [InlineData(EnvironmentBalancer.F5, "https://127.0.0.1:21001/")]
    [InlineData(EnvironmentBalancer.RedisTable, "redis://127.0.0.1:21002/0")]
    [InlineData(EnvironmentBalancer.HAProxy, "tcp://127.0.0.1:21001")]
    public void The_balancer_is_reached_where_its_kind_is(EnvironmentBalancer balancer, string uri) =>
        EnvironmentAddresses.Balancer(Shop.Containers with { Balancer = balancer }).ShouldBe(new Uri(uri));
}
