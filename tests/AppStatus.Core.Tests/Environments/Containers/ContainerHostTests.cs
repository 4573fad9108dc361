using AppStatus.Core.Containers;
using AppStatus.Core.Environments;
using AppStatus.Core.Errors;

namespace AppStatus.Core.Tests.Environments.Containers;

public sealed class ContainerHostTests : IDisposable
{
    private readonly ScriptedEngine _engine = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _engine.Dispose();

    [Fact]
    public async Task A_whole_environment_is_found_again_as_it_was_started()
    {
        await _engine.Host.PrepareAsync(Shop.Containers, Token);
        foreach (EnvironmentPart part in Shop.Whole()) await _engine.Host.StartAsync(Shop.Containers, part.Name, part.Image, "ready", there: null, Token);

        IReadOnlyList<EnvironmentPart> parts = await _engine.Host.ListAsync("shop", Token);

        new FoundEnvironment(_engine.Host, parts).State.ShouldBe(EnvironmentState.Running);
        parts.Select(part => $"{part.Name} {part.Id} {part.Image}").ShouldBe(
            ["app1 shop-app1 shop:1.0", "app2 shop-app2 shop:1.0", "balancer shop-balancer docker.io/library/haproxy:lts", "redis shop-redis docker.io/library/redis:7"]);
        DefinitionJson.Write(parts[0].Definition).ShouldBe(DefinitionJson.Write(Shop.Containers));
        _engine.TextOf("shop-balancer", "haproxy.cfg").ShouldBe(HAProxyConfiguration.Of(Shop.Containers).Trim());
        _engine.Calls.ShouldAllBe(call => !call.Contains("hush-hush"));
    }

    [Fact]
    public async Task What_a_start_that_was_cut_short_has_left_is_made_anew()
    {
        _engine.FailAt(4);
        // inspect, create, cp: at the fourth call the container is there, and not started.
        await Should.ThrowAsync<AppStatusException>(() => _engine.Host.StartAsync(Shop.Containers, "balancer", new ImageReference("haproxy", "lts"), "ready", there: null, Token));
        _engine.Containers.ShouldBe(["shop-balancer created docker.io/library/haproxy:lts"]);
        _engine.FailAt();

        await _engine.Host.StartAsync(Shop.Containers, "balancer", new ImageReference("haproxy", "lts"), "ready", there: null, Token);

        _engine.Containers.ShouldBe(["shop-balancer running docker.io/library/haproxy:lts"]);
    }

    [Fact]
    public async Task The_network_is_made_once_and_removed_once()
    {
        await _engine.Host.PrepareAsync(Shop.Containers, Token);
        await _engine.Host.PrepareAsync(Shop.Containers, Token);
        await _engine.Host.RemoveSharedAsync("shop", Token);
        await _engine.Host.RemoveSharedAsync("shop", Token);

        _engine.Calls.Where(call => call.StartsWith("network", StringComparison.Ordinal) && !call.Contains(" ls "))
            .ShouldBe(["network create --label appstatus.environment=shop appstatus-shop", "network rm appstatus-shop"]);
    }

    [Fact]
    public async Task On_the_machines_network_none_is_made()
    {
        await _engine.Host.PrepareAsync(Shop.Containers with { Network = "host" }, Token);

        _engine.Calls.ShouldAllBe(call => !call.StartsWith("network", StringComparison.Ordinal));
        _engine.Calls.Count(call => call.StartsWith("image inspect", StringComparison.Ordinal)).ShouldBe(3);
    }

    [Fact]
    public async Task An_image_that_is_missing_is_pulled()
    {
        _engine.Say("registry", "far.example/shop:3.0\n");

        await _engine.Host.RequireImageAsync(new ImageReference("far.example/shop", "3.0"), Token);

        _engine.Calls.ShouldBe(["image inspect --format {{.Id}} far.example/shop:3.0", "pull --quiet far.example/shop:3.0"]);
    }

    [Fact]
    public async Task An_image_that_nobody_has_is_refused_with_those_that_there_are()
    {
        _engine.Say("tags", "2026-11-20 10:00:00 +0000 UTC|1.0\n2026-11-21 10:00:00 +0000 UTC|2.0\n2026-11-21 10:00:00 +0000 UTC|latest\n2026-11-19 10:00:00 +0000 UTC|<none>\n");

        AppStatusException refused = await Should.ThrowAsync<AppStatusException>(() => _engine.Host.RequireImageAsync(new ImageReference("shop", "3.0"), Token));

        refused.Fault.ShouldBe(new Fault(
            ErrorId.ImageNotFound, "There is no image shop:3.0 here: it does not name its registry, so it is not pulled. docker has shop as 2.0, 1.0.", "Build or pull it first: docker pull shop:3.0."));
    }

    [Fact]
    public async Task Tags_come_newest_first_and_each_once()
    {
        _engine.Say("tags", "2026-11-20 10:00:00 +0000 UTC|1.0\n2026-11-21 10:00:00 +0000 UTC|2.0\n2026-11-21 10:00:00 +0000 UTC|2.1\n2026-11-20 10:00:00 +0000 UTC|1.0\n");

        (await _engine.Host.TagsAsync("shop", Token)).ShouldBe(["2.1", "2.0", "1.0"]);
    }

    [Fact]
    public async Task One_that_goes_between_two_looks_is_looked_for_again_and_not_for_ever()
    {
        await _engine.Host.StartAsync(Shop.Containers, "app1", new ImageReference("shop", "1.0"), "ready", there: null, Token);
        _engine.Forget();
        _engine.FailAt(2);
        (await _engine.Host.ListAsync("shop", Token)).Count.ShouldBe(1);
        _engine.Calls.Count.ShouldBe(4);

        _engine.Forget();
        _engine.FailAt(2, 4, 6);

        await Should.ThrowAsync<AppStatusException>(() => _engine.Host.ListAsync("shop", Token));
    }

    [Fact]
    public async Task Its_last_words_are_told() => (await WordsAsync()).ShouldBe("last words of shop-app1");

    [Fact]
    public async Task No_JSON_is_an_answer_that_is_told_of()
    {
        using Core.Tests.Containers.FakeEngine engine = Core.Tests.Containers.FakeEngine.Saying("[ \"$1\" = ps ] && echo 1 || echo WARNING: cgroups");

        AppStatusException failed = await Should.ThrowAsync<AppStatusException>(() => new Core.Environments.Containers.ContainerHost(engine.Program).ListAsync(null, Token));

        failed.Fault.ShouldBe(new Fault(ErrorId.InvalidResponse, "docker inspect printed no JSON: WARNING: cgroups"));
    }

    [Fact]
    public async Task Somebody_elses_container_of_the_same_name_is_left_alone()
    {
        await _engine.Host.StartAsync(Shop.Containers with { Name = "other" }, "app1", new ImageReference("shop", "1.0"), "ready", there: null, Token);
        Directory.Move(_engine.FolderOf("other-app1"), _engine.FolderOf("shop-app1"));
        _engine.Forget();

        (await Should.ThrowAsync<AppStatusException>(() => _engine.Host.PrepareAsync(Shop.Containers, Token))).Id.ShouldBe(ErrorId.EnvironmentDiffers);
        (await Should.ThrowAsync<AppStatusException>(() => _engine.Host.StartAsync(Shop.Containers, "app1", new ImageReference("shop", "1.0"), "ready", there: null, Token))).Id.ShouldBe(ErrorId.EnvironmentDiffers);

        _engine.Containers.ShouldBe(["shop-app1 running shop:1.0"]);
        _engine.Calls.ShouldAllBe(call => call.StartsWith("container inspect", StringComparison.Ordinal));
        // Nor is it taken for the other environment's, whose labels it has.
        (await _engine.Host.ListAsync(null, Token)).ShouldBeEmpty();
    }

    [Fact]
    public async Task One_that_ran_is_started_again_as_it_is()
    {
        await _engine.Host.StartAsync(Shop.Containers, "redis", new ImageReference("redis", "7"), "ready", there: null, Token);
        EnvironmentPart stopped = (await _engine.Host.ListAsync("shop", Token)).ShouldHaveSingleItem() with { Running = false, Started = new DateTimeOffset(2026, 11, 21, 0, 0, 0, TimeSpan.Zero) };
        _engine.Forget();

        await _engine.Host.StartAsync(Shop.Containers, "redis", new ImageReference("redis", "7"), "ready", stopped, Token);

        _engine.Calls.ShouldBe(["start shop-redis"]);
    }

    private async Task<string> WordsAsync()
    {
        await _engine.Host.StartAsync(Shop.Containers, "app1", new ImageReference("shop", "1.0"), "ready", there: null, Token);
        return await _engine.Host.LastWordsAsync((await _engine.Host.ListAsync("shop", Token)).ShouldHaveSingleItem(), Token);
    }
}
