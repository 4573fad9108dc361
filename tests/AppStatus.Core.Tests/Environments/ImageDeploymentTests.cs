using AppStatus.Core.Containers;
using AppStatus.Core.Deployments;
using AppStatus.Core.Deployments.Planning;
using AppStatus.Core.Environments;
using AppStatus.Core.Errors;
using AppStatus.Core.Status;

namespace AppStatus.Core.Tests.Environments;

public sealed class ImageDeploymentTests
{
    private static readonly Instance App1 = At(21010), App2 = At(21011), Stranger = At(4711);

    private readonly ListedHost _host = new() { Parts = [.. Shop.Whole()] };
    private readonly List<string> _reports = [];

    [Theory]
    [InlineData(AppStatusValue.Ready, true, "ready")]
    [InlineData(AppStatusValue.Stage, false, "stage")]
    [InlineData(AppStatusValue.StandBy, false, "stand-by")]
    [InlineData(AppStatusValue.Unknown, true, "stand-by")]
    [InlineData(AppStatusValue.Unknown, false, "ready")]
    public async Task A_new_one_comes_up_with_the_status_of_the_old_one_else_with_what_keeps_its_traffic(AppStatusValue before, bool drivenByStatus, string first)
    {
        var status = new ListedStatus(before);

        await Deployment(status, drivenByStatus).DeployAsync(App2, "2.0", 1, TestContext.Current.CancellationToken);

        _host.Done.ShouldBe([$"replace app2 shop:2.0 {first}"]);
        _reports.ShouldBe([$"replacing shop:1.0 (shop-app2) by shop:2.0, status {first}"]);
        status.Asked.ShouldBe([new Uri("http://127.0.0.1:21011/appstatus")]);
    }

    [Fact]
    public async Task What_fails_keeps_what_to_do_next_and_says_where_the_instance_is()
    {
        _host.Fails["replace app1 shop:2.0 ready"] = new Fault(ErrorId.ContainerFailed, "docker stop ended with 1: no.", "Look at it.");

        AppStatusException failed = await Should.ThrowAsync<AppStatusException>(() => Deployment().DeployAsync(App1, "2.0", 1, TestContext.Current.CancellationToken));

        failed.Fault.ShouldBe(new Fault(ErrorId.DeployFailed, "The deploy of shop:2.0 to app1 failed: docker stop ended with 1: no. The instance stays out of traffic.".Replace("app1", App1.Name), "Look at it."));
        failed.Target.ShouldBe(App1);
    }

    [Fact]
    public async Task An_instance_of_no_environment_is_refused_by_each()
    {
        ImageDeployment deployment = Deployment();
        CancellationToken token = TestContext.Current.CancellationToken;

        (await Should.ThrowAsync<AppStatusException>(() => deployment.WithReleasesAsync(Observed(App1, Stranger), token))).Id.ShouldBe(ErrorId.EnvironmentNotFound);
        (await Should.ThrowAsync<AppStatusException>(() => deployment.RequireImageAsync([App1, Stranger], "2.0", needsTag: false, token))).Target.ShouldBe(Stranger);
        (await Should.ThrowAsync<AppStatusException>(() => deployment.CheckAsync(Stranger, "2.0", "2.0", token))).Id.ShouldBe(ErrorId.EnvironmentNotFound);
        (await Should.ThrowAsync<AppStatusException>(() => deployment.DeployAsync(Stranger, "2.0", 1, token))).Fault.Message.ShouldContain("belongs to no environment");
        _host.Done.ShouldBeEmpty();
    }

    [Theory]
    [InlineData(21000)]
    [InlineData(21002)]
    [InlineData(0)]
    public async Task Balancer_and_Redis_are_no_instances(int port) =>
        (await Should.ThrowAsync<AppStatusException>(() => Deployment().WithReleasesAsync(Observed(At(port)), TestContext.Current.CancellationToken))).Id.ShouldBe(ErrorId.EnvironmentNotFound);

    [Fact]
    public async Task The_same_port_elsewhere_is_another_instance() =>
        (await Should.ThrowAsync<AppStatusException>(() => Deployment().WithReleasesAsync(Observed(App1 with { Address = "127.0.0.2" }), TestContext.Current.CancellationToken))).Id.ShouldBe(ErrorId.EnvironmentNotFound);

    [Fact]
    public async Task An_image_is_required_once_of_each_host_and_before_anything_is_touched()
    {
        await Deployment().RequireImageAsync([App1, App2], "2.0", needsTag: false, TestContext.Current.CancellationToken);

        _host.Done.ShouldBe(["require shop:2.0"]);
    }

    [Fact]
    public async Task An_image_that_is_not_there_is_refused()
    {
        AppStatusException refused = await Should.ThrowAsync<AppStatusException>(() => Deployment().RequireImageAsync([App1], "3.0", needsTag: false, TestContext.Current.CancellationToken));

        (refused.Id, refused.Target).ShouldBe((ErrorId.ImageNotFound, "shop:3.0"));
    }

    [Fact]
    public async Task The_newest_image_gets_the_release_as_its_tag()
    {
        _host.Images.Add("shop:latest");

        await Deployment().RequireImageAsync([App1], "20261121-192252", needsTag: true, TestContext.Current.CancellationToken);

        _host.Done.ShouldBe(["require shop:latest", "tag shop:latest shop:20261121-192252"]);
    }

    [Fact]
    public async Task Without_a_newest_image_nothing_is_tagged()
    {
        (await Should.ThrowAsync<AppStatusException>(() => Deployment().RequireImageAsync([App1], "20261121-192252", needsTag: true, TestContext.Current.CancellationToken))).Target.ShouldBe("shop:latest");

        _host.Done.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("")]
    [InlineData("-x")]
    [InlineData("a b")]
    [InlineData("2.0\n")]
    public async Task A_release_that_can_be_no_tag_is_refused(string release)
    {
        (await Should.ThrowAsync<AppStatusException>(() => Deployment().RequireImageAsync([App1], release, needsTag: false, TestContext.Current.CancellationToken))).Id.ShouldBe(ErrorId.InvalidArgument);
        (await Should.ThrowAsync<AppStatusException>(() => Deployment().DeployAsync(App1, release, 1, TestContext.Current.CancellationToken))).Fault.Message.ShouldContain("can't be the tag of an image");
        _host.Done.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("shop:2.0", true, "2.0", true, "2.0")]
    [InlineData("shop:2.0", true, "", true, "2.0")]
    [InlineData("shop:1.0", true, "2.0", false, "1.0")]
    [InlineData("shop:2.0", false, "2.0", false, "2.0")]
    [InlineData("shop:2.0", false, "", false, "2.0")]
    [InlineData("bar:2.0", true, "2.0", false, "bar:2.0")]
    [InlineData("reg/shop:2.0", true, "2.0", false, "reg/shop:2.0")]
    public async Task The_version_is_the_tag_of_what_runs_there_from_this_repository(string image, bool running, string expected, bool same, string version)
    {
        _host.Parts.RemoveAll(part => part.Name == "app1");
        _host.Parts.Add(Shop.Part("app1", running, image));

        (await Deployment().CheckAsync(App1, "2.0", expected, TestContext.Current.CancellationToken)).ShouldBe((same, version));
    }

    [Fact]
    public async Task Of_two_at_one_port_the_one_that_runs_is_meant()
    {
        _host.Parts.Insert(0, Shop.Part("app1", running: false, image: "shop:0.9", definition: Shop.Containers with { Name = "old" }));

        (await Deployment().CheckAsync(App1, "2.0", "1.0", TestContext.Current.CancellationToken)).RunsExpected.ShouldBeTrue();
    }

    [Fact]
    public async Task A_host_that_is_away_is_told_of_only_when_no_other_has_anything()
    {
        var away = new ListedHost();
        away.Fails["list"] = new Fault(ErrorId.ContainerEngineUnavailable, "docker does not reach its engine.");
        var deployment = new ImageDeployment([away, _host], "shop", drivenByStatus: false, new ListedStatus(AppStatusValue.Ready), (_, _) => { });

        await deployment.WithReleasesAsync(Observed(App1), TestContext.Current.CancellationToken);
        _host.Parts.Clear();

        (await Should.ThrowAsync<AppStatusException>(() => deployment.WithReleasesAsync(Observed(App1), TestContext.Current.CancellationToken))).Id.ShouldBe(ErrorId.ContainerEngineUnavailable);
    }

    [Fact]
    public async Task Each_host_of_the_instances_must_have_the_image()
    {
        var other = new ListedHost { Parts = [Shop.Part("app1", definition: Shop.Containers with { Name = "other", Ports = [22000, 22001] })] };
        other.Images.Clear();
        var deployment = new ImageDeployment([_host, other], "shop", drivenByStatus: false, new ListedStatus(AppStatusValue.Ready), (_, _) => { });

        await Should.ThrowAsync<AppStatusException>(() => deployment.RequireImageAsync([App1, At(22000)], "2.0", needsTag: false, TestContext.Current.CancellationToken));

        _host.Done.ShouldBe(["require shop:2.0"]);
    }

    private ImageDeployment Deployment(ListedStatus? status = null, bool drivenByStatus = false) =>
        new([_host], "shop", drivenByStatus, status ?? new ListedStatus(AppStatusValue.Ready), (_, text) => _reports.Add(text));

    private static Instance At(int port) => new() { Name = FormattableString.Invariant($"127.0.0.1:{port}"), Address = "127.0.0.1", Port = port, Uri = new Uri(FormattableString.Invariant($"http://127.0.0.1:{port}/")) };

    private static IReadOnlyList<ObservedInstance> Observed(params Instance[] instances) => [.. instances.Select(instance => new ObservedInstance(instance.Name, instance, instance.Uri, [], Healthy: false))];

    [Fact]
    public async Task What_an_instance_runs_is_the_engines_word_and_the_whole_image_where_it_is_another()
    {
        IReadOnlyList<ObservedInstance> same = await Deployment().WithReleasesAsync(Observed(App1 with { Version = "9.9", PreviousRelease = "9.9" }), TestContext.Current.CancellationToken);
        IReadOnlyList<ObservedInstance> other = await new ImageDeployment([_host], "elsewhere/shop", drivenByStatus: false, new ListedStatus(AppStatusValue.Ready), (_, _) => { })
            .WithReleasesAsync(Observed(App1), TestContext.Current.CancellationToken);

        same[0].Instance.PreviousRelease.ShouldBe("1.0");
        other[0].Instance.PreviousRelease.ShouldBe("shop:1.0");
    }
}
