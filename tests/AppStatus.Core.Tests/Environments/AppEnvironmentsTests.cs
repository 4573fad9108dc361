using AppStatus.Core.Environments;
using AppStatus.Core.Errors;

namespace AppStatus.Core.Tests.Environments;

public sealed class AppEnvironmentsTests
{
    private readonly ListedHost _host = new();
    private readonly ListedProbe _probe = new();
    private readonly List<string> _reports = [];

    private AppEnvironments Environments => new([_host], _probe);

    [Fact]
    public async Task Up_starts_Redis_then_the_instances_then_the_balancer_and_waits_for_each()
    {
        await UpAsync(Shop.Containers);

        _host.Done.Count.ShouldBe(5);
        _host.Done.Take(2).ShouldBe(["prepare", "start redis docker.io/library/redis:7 ready"]);
        _host.Done.Skip(2).Take(2).OrderBy(done => done, StringComparer.Ordinal).ShouldBe(["start app1 shop:1.0 ready", "start app2 shop:1.0 ready"]);
        _host.Done[4].ShouldBe("start balancer docker.io/library/haproxy:lts ready");
        _probe.Asked.Count.ShouldBe(4);
        (_probe.Asked[0], _probe.Asked[3]).ShouldBe(("redis", "balancer"));
        _reports.Count.ShouldBe(4);
        (_reports[0], _reports[3]).ShouldBe(("starting redis", "starting balancer"));
    }

    [Fact]
    public async Task Without_Redis_there_is_none()
    {
        await UpAsync(Shop.Containers with { Redis = false });

        _host.Parts.Select(part => part.Name).ShouldNotContain("redis");
    }

    [Fact]
    public async Task While_an_instance_is_being_replaced_nothing_is_started()
    {
        EnvironmentPart[] parts = [.. Shop.Whole().Select(part => part.Name == "app1" ? part with { Running = false, BeingReplaced = true } : part)];

        AppStatusException refused = await Should.ThrowAsync<AppStatusException>(() => UpAsync(Shop.Containers, parts));

        refused.Id.ShouldBe(ErrorId.EnvironmentNotReady);
        refused.Fault.NextStep.ShouldContain("Resume-Deployment");
        _host.Done.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_second_up_changes_nothing()
    {
        await UpAsync(Shop.Containers);
        int done = _host.Done.Count;

        await UpAsync(Shop.Containers, _host.Parts.ToArray());

        _host.Done.Skip(done).ShouldBe(["prepare"]);
    }

    [Fact]
    public async Task What_is_half_up_is_gone_on_with_as_it_was()
    {
        EnvironmentPart[] half = [Shop.Part("redis", image: "redis:7"), Shop.Part("app2", image: "shop:2.0"), Shop.Part("balancer", running: false)];

        await UpAsync(Shop.Containers, half);

        // It runs 2.0 by now: a 1.0 beside it would be a release that nobody asked for.
        _host.Done.ShouldBe(["prepare", "start app1 shop:2.0 ready", "start balancer docker.io/library/haproxy:lts ready"]);
    }

    [Fact]
    public async Task An_instance_that_has_ended_comes_up_with_the_image_that_it_had()
    {
        await UpAsync(Shop.Containers, Shop.Part("app1", running: false, image: "shop:1.5"), Shop.Part("app2", image: "shop:2.0"), Shop.Part("redis"), Shop.Part("balancer"));

        _host.Done.ShouldBe(["prepare", "start app1 shop:1.5 ready"]);
    }

    [Fact]
    public async Task Up_and_down_take_four_at_once_and_no_more()
    {
        EnvironmentDefinition large = Shop.Containers with { Instances = 32, Ports = [.. Enumerable.Range(21100, 32)] };
        _host.Meet = 2;

        await UpAsync(large);
        await AppEnvironments.StopAsync((await Environments.FindAsync("shop", null, TestContext.Current.CancellationToken)).ShouldHaveSingleItem(), _ => { }, TestContext.Current.CancellationToken);

        _host.Parts.ShouldBeEmpty();
        _host.MostAtOnce.ShouldBeInRange(2, 4);
    }

    [Fact]
    public async Task A_part_that_can_not_be_started_says_what_is_and_what_to_type()
    {
        _host.Fails["start app2"] = new Fault(ErrorId.ContainerFailed, "docker create ended with 125: no space left.", "Make room.");

        AppStatusException failed = await Should.ThrowAsync<AppStatusException>(() => UpAsync(Shop.Containers));

        failed.Fault.ShouldBe(new Fault(
            ErrorId.ContainerFailed, "Environment shop is not whole: docker create ended with 125: no space left.",
            "Make room. Start-AppEnvironment shop goes on, Stop-AppEnvironment shop takes away what there is."));
        failed.Target.ShouldBe("shop");
        // The other instance is there, and nothing comes before instances that are not.
        _host.Parts.Select(part => part.Name).ShouldBe(["redis", "app1"]);
    }

    [Fact]
    public async Task A_part_that_does_not_work_in_time_stops_the_rest()
    {
        _probe.Fails["redis"] = new Fault(ErrorId.EnvironmentNotReady, "redis was started, and does not work after 120 s: nothing answers.");

        AppStatusException failed = await Should.ThrowAsync<AppStatusException>(() => UpAsync(Shop.Containers));

        failed.Fault.NextStep.ShouldBe("Start-AppEnvironment shop goes on, Stop-AppEnvironment shop takes away what there is.");
        _host.Parts.Select(part => part.Name).ShouldBe(["redis"]);
    }

    [Theory]
    [InlineData("no such file: app.dll.", "app1 was started, and has ended: no such file: app.dll.")]
    [InlineData("", "app1 was started, and has ended.")]
    public async Task A_part_that_has_ended_is_told_of_while_it_is_waited_for(string words, string message)
    {
        _host.Ends.Add("app1");
        _host.Words = words;
        _probe.Silent.Add("app1");

        AppStatusException failed = await Should.ThrowAsync<AppStatusException>(() => UpAsync(Shop.Containers));

        failed.Id.ShouldBe(ErrorId.EnvironmentNotReady);
        failed.Fault.Message.ShouldBe("Environment shop is not whole: " + message);
        (await _probe.Cancelled.Task).ShouldBeTrue();
    }

    [Fact]
    public async Task An_engine_that_goes_away_while_a_part_is_waited_for_ends_the_wait()
    {
        _probe.Silent.Add("redis");
        _host.Fails["list"] = new Fault(ErrorId.ContainerEngineUnavailable, "docker does not reach its engine.");

        AppStatusException failed = await Should.ThrowAsync<AppStatusException>(() => UpAsync(Shop.Containers));

        failed.Id.ShouldBe(ErrorId.ContainerEngineUnavailable);
        (await _probe.Cancelled.Task).ShouldBeTrue();
    }

    [Fact]
    public async Task A_cancelled_up_starts_nothing_more()
    {
        using var cancel = new CancellationTokenSource();
        _probe.Silent.Add("redis");
        _host.AtOnce = true;
        Task up = Environments.StartAsync(_host, Shop.Containers, [], _ => { }, cancel.Token);
        _probe.Asked.ShouldBe(["redis"]);

        // A loop that goes on when it is cancelled would never come back from here.
        Task cancelled = Task.Run(cancel.Cancel, TestContext.Current.CancellationToken);
        (await Task.WhenAny(cancelled, MachineClock.DelayAsync(TimeSpan.FromSeconds(10), TestContext.Current.CancellationToken))).ShouldBe(cancelled);

        await Should.ThrowAsync<OperationCanceledException>(() => up);
        _host.Parts.Select(part => part.Name).ShouldBe(["redis"]);
    }

    [Fact]
    public async Task Down_takes_the_balancer_first_then_the_instances_then_Redis_then_what_they_shared()
    {
        await AppEnvironments.StopAsync(new FoundEnvironment(_host, Shop.Whole()), _reports.Add, TestContext.Current.CancellationToken);

        _host.Done.Count.ShouldBe(5);
        _host.Done[0].ShouldBe("remove balancer");
        _host.Done.Skip(1).Take(2).OrderBy(done => done, StringComparer.Ordinal).ShouldBe(["remove app1", "remove app2"]);
        _host.Done.Skip(3).ShouldBe(["remove redis", "remove what shop shared"]);
        _reports[0].ShouldBe("stopping balancer");
    }

    [Fact]
    public async Task A_down_that_fails_at_one_part_leaves_what_is_shared_and_can_be_repeated()
    {
        _host.Parts.AddRange(Shop.Whole());
        _host.Fails["remove app1"] = new Fault(ErrorId.ContainerFailed, "docker rm ended with 1.");
        await Should.ThrowAsync<AppStatusException>(() => DownAsync());
        _host.Parts.Select(part => part.Name).ShouldBe(["redis", "app1"]);
        _host.Done.ShouldNotContain("remove what shop shared");

        _host.Fails.Clear();
        await DownAsync();

        _host.Parts.ShouldBeEmpty();
        _host.Done[_host.Done.Count - 1].ShouldBe("remove what shop shared");
    }

    [Fact]
    public async Task Two_clients_of_one_engine_tell_of_one_environment()
    {
        EnvironmentPart[] parts = [.. Shop.Whole().Select(part => part with { Key = "id-of-" + part.Name })];
        ListedHost docker = new() { Parts = [.. parts] }, podman = new() { Name = "podman", Parts = [.. parts] };

        FoundEnvironment found = (await new AppEnvironments([docker, podman], _probe).FindAsync(null, null, TestContext.Current.CancellationToken)).ShouldHaveSingleItem();

        found.Host.ShouldBeSameAs(docker);
        found.Parts.Count.ShouldBe(4);
    }

    [Fact]
    public async Task Two_engines_may_have_an_environment_of_the_same_name()
    {
        ListedHost docker = new() { Parts = [Shop.Part("app1", key: "a")] }, podman = new() { Name = "podman", Parts = [Shop.Part("app1", key: "b")] }, processes = new() { Parts = [Shop.Part("app1")] };

        (await new AppEnvironments([docker, podman, processes], _probe).FindAsync("shop", null, TestContext.Current.CancellationToken)).Select(found => found.Host).ShouldBe([docker, podman, processes]);
    }

    [Fact]
    public async Task Environments_are_found_by_name_and_in_the_order_of_names()
    {
        _host.Parts.AddRange([Shop.Part("app1"), Shop.Part("app1", definition: Shop.Containers with { Name = "bar" }), Shop.Part("app2")]);

        IReadOnlyList<FoundEnvironment> all = await Environments.FindAsync(null, null, TestContext.Current.CancellationToken);

        all.Select(found => $"{found.Definition.Name} {found.Parts.Count}").ShouldBe(["bar 1", "shop 2"]);
        (await Environments.FindAsync("bar", null, TestContext.Current.CancellationToken)).ShouldHaveSingleItem().Definition.Name.ShouldBe("bar");
    }

    [Fact]
    public async Task A_host_that_does_not_answer_is_told_of_and_the_others_are_asked()
    {
        var away = new ListedHost();
        away.Fails["list"] = new Fault(ErrorId.ContainerEngineUnavailable, "docker does not reach its engine.");
        _host.Parts.Add(Shop.Part("app1"));
        var faults = new List<Fault>();
        var environments = new AppEnvironments([away, _host], _probe);

        (await environments.FindAsync(null, faults.Add, TestContext.Current.CancellationToken)).Count.ShouldBe(1);

        faults.ShouldHaveSingleItem().Id.ShouldBe(ErrorId.ContainerEngineUnavailable);
        await Should.ThrowAsync<AppStatusException>(() => environments.FindAsync(null, null, TestContext.Current.CancellationToken));
    }

    private Task UpAsync(EnvironmentDefinition definition, params EnvironmentPart[] parts)
    {
        return Environments.StartAsync(_host, definition, parts, Report, TestContext.Current.CancellationToken);

        void Report(string text)
        {
            lock (_reports) _reports.Add(text);
        }
    }

    private Task DownAsync() => AppEnvironments.StopAsync(new FoundEnvironment(_host, [.. _host.Parts]), _ => { }, TestContext.Current.CancellationToken);
}
