using AppStatus.Core.Containers;
using AppStatus.Core.Environments;
using AppStatus.Core.Environments.Containers;
using AppStatus.Core.Errors;

namespace AppStatus.Core.Tests.Environments.Containers;

/// <summary>A container is replaced by one of another image, and each call of the engine's program fails once in turn.</summary>
public sealed class ContainerReplacementTests : IDisposable
{
    private static readonly ImageReference Next = new("shop", "2.0");

    private readonly ScriptedEngine _engine = new();

    public void Dispose() => _engine.Dispose();

    [Fact]
    public async Task The_new_one_is_made_before_the_old_one_ends_and_the_old_one_is_removed_when_the_new_one_runs()
    {
        await UpAsync();

        await ReplaceAsync();

        _engine.Calls.Select(Short).ShouldBe(
        [
            "image inspect shop:2.0", "container shop-app1-next", "create shop-app1-next", "stop shop-app1", "start shop-app1-next", "container shop-app1", "kill shop-app1", "rm shop-app1", "rename shop-app1-next shop-app1",
        ]);
        _engine.Calls[3].ShouldBe("stop -t 30 shop-app1");
        _engine.Containers.ShouldBe(["shop-app1 running shop:2.0"]);
        _engine.TextOf("shop-app1", "env").ShouldContain("PASSWORD=hush-hush");
        _engine.TextOf("shop-app1", "env").ShouldContain("APPSTATUS_STATUS=stand-by");
        _engine.Calls.ShouldAllBe(call => !call.Contains("hush-hush"));
        _engine.RightsOfLabels.ShouldBe("-rw-------");
        _engine.RightsOfVariables.ShouldBe("-rw-------");
    }

    // What there is afterwards, by the number of the call that failed.
    [Theory]
    [InlineData(1, "shop-app1 running shop:1.0", ErrorId.ImageNotFound)]
    [InlineData(3, "shop-app1 running shop:1.0", ErrorId.ContainerFailed)]
    [InlineData(4, "shop-app1 running shop:1.0|shop-app1-next created shop:2.0", ErrorId.ContainerFailed)]
    [InlineData(5, "shop-app1 running shop:1.0", ErrorId.DeployFailed)]
    [InlineData(6, "shop-app1 exited shop:1.0|shop-app1-next running shop:2.0", ErrorId.ContainerFailed)]
    [InlineData(8, "shop-app1 exited shop:1.0|shop-app1-next running shop:2.0", ErrorId.ContainerFailed)]
    [InlineData(9, "shop-app1-next running shop:2.0", ErrorId.ContainerFailed)]
    public async Task Whichever_call_fails_one_of_both_runs_and_a_second_replacement_ends_well(int call, string left, ErrorId error)
    {
        await UpAsync();
        _engine.FailAt(call);

        AppStatusException failed = await Should.ThrowAsync<AppStatusException>(ReplaceAsync);

        failed.Id.ShouldBe(error);
        _engine.Containers.ShouldBe(left.Split('|'));
        EnvironmentPart found = await FoundAsync();
        found.Running.ShouldBeTrue();
        $"{found.Id} running {found.Image}".ShouldBeOneOf([.. left.Split('|')]);
        _engine.FailAt();
        await ReplaceAsync();
        _engine.Containers.ShouldBe(["shop-app1 running shop:2.0"]);
    }

    [Theory]
    [InlineData(2)]
    [InlineData(7)]
    public async Task A_look_and_a_kill_may_fail_where_nothing_runs(int call)
    {
        await UpAsync();
        _engine.FailAt(call);

        await ReplaceAsync();

        _engine.Containers.ShouldBe(["shop-app1 running shop:2.0"]);
    }

    [Fact]
    public async Task When_the_new_one_can_not_be_started_the_old_one_runs_again()
    {
        await UpAsync();
        _engine.Break("shop:2.0");

        AppStatusException failed = await Should.ThrowAsync<AppStatusException>(ReplaceAsync);

        failed.Fault.Message.ShouldBe("shop:2.0 could not be started: docker start ended with 127: exec /nowhere: no such file shop:1.0 runs again.");
        (failed.Id, failed.Target).ShouldBe((ErrorId.DeployFailed, "app1"));
        _engine.Containers.ShouldBe(["shop-app1 running shop:1.0"]);
    }

    [Fact]
    public async Task When_neither_can_be_started_it_says_so()
    {
        await UpAsync();
        _engine.Break("shop:1.0", "shop:2.0");

        (await Should.ThrowAsync<AppStatusException>(ReplaceAsync)).Fault.Message.ShouldEndWith("shop:1.0 could not be started again either.");

        _engine.Containers.ShouldBe(["shop-app1 exited shop:1.0"]);
    }

    [Fact]
    public async Task That_what_could_not_be_started_can_not_be_removed_hides_nothing()
    {
        await UpAsync();
        // The start of the new one, and its removal after that of the old one.
        _engine.FailAt(5, 7);

        AppStatusException failed = await Should.ThrowAsync<AppStatusException>(ReplaceAsync);

        failed.Fault.Message.ShouldEndWith("shop:1.0 runs again.");
        _engine.Containers.ShouldBe(["shop-app1 running shop:1.0", "shop-app1-next created shop:2.0"]);
        (await FoundAsync()).Id.ShouldBe("shop-app1");
    }

    [Fact]
    public async Task One_that_was_cut_short_at_its_end_is_replaced_under_the_name_that_it_should_have()
    {
        await UpAsync();
        _engine.FailAt(9);
        await Should.ThrowAsync<AppStatusException>(ReplaceAsync);
        _engine.FailAt();
        _engine.Say("images", "shop:3.0\n");

        EnvironmentPart found = await FoundAsync();
        (found.Id, found.Running).ShouldBe(("shop-app1-next", true));
        await _engine.Host.ReplaceAsync(found, new ImageReference("shop", "3.0"), "ready", TestContext.Current.CancellationToken);

        _engine.Containers.ShouldBe(["shop-app1 running shop:3.0"]);
    }

    [Fact]
    public async Task One_that_was_cut_short_between_both_runs_neither_and_the_old_one_counts()
    {
        await UpAsync();
        // As when the driver dies after it has stopped the old one: no start, and no removal.
        _engine.FailAt(5, 6, 7);
        await Should.ThrowAsync<AppStatusException>(ReplaceAsync);
        _engine.Containers.ShouldBe(["shop-app1 exited shop:1.0", "shop-app1-next created shop:2.0"]);
        _engine.FailAt();

        (await FoundAsync()).ShouldSatisfyAllConditions(
            found => found.Running.ShouldBeFalse(),
            found => found.Id.ShouldBe("shop-app1"));
        await ReplaceAsync();
        _engine.Containers.ShouldBe(["shop-app1 running shop:2.0"]);
    }

    [Fact]
    public async Task A_removal_takes_what_a_replacement_has_left_too()
    {
        await UpAsync();
        _engine.FailAt(5);
        await Should.ThrowAsync<AppStatusException>(ReplaceAsync);
        _engine.FailAt();

        await _engine.Host.RemoveAsync(await FoundAsync(), TestContext.Current.CancellationToken);

        _engine.Containers.ShouldBeEmpty();
    }

    [Fact]
    public async Task An_image_that_is_not_there_touches_nothing()
    {
        await UpAsync();

        await Should.ThrowAsync<AppStatusException>(async () => await _engine.Host.ReplaceAsync(await FoundAsync(), new ImageReference("shop", "9"), "ready", TestContext.Current.CancellationToken));

        _engine.Containers.ShouldBe(["shop-app1 running shop:1.0"]);
        _engine.Calls.ShouldAllBe(call => !call.StartsWith("stop", StringComparison.Ordinal));
    }

    private async Task UpAsync()
    {
        await _engine.Host.StartAsync(Shop.Containers, "app1", new ImageReference("shop", "1.0"), "ready", there: null, TestContext.Current.CancellationToken);
        _engine.Containers.ShouldBe(["shop-app1 running shop:1.0"]);
    }

    private async Task ReplaceAsync()
    {
        EnvironmentPart part = await FoundAsync();
        _engine.Forget();
        await _engine.Host.ReplaceAsync(part, Next, "stand-by", TestContext.Current.CancellationToken);
    }

    // Looks without being counted among the calls that may fail.
    private async Task<EnvironmentPart> FoundAsync()
    {
        int[] fails = [.. _engine.Fails];
        _engine.FailAt();
        IReadOnlyList<EnvironmentPart> parts = await _engine.Host.ListAsync("shop", TestContext.Current.CancellationToken);
        _engine.FailAt(fails);
        return parts.ShouldHaveSingleItem();
    }

    private static string Short(string call)
    {
        string[] words = call.Split(' ');
        return words[0] switch
        {
            "create" => $"create {words[2]}",
            "image" => $"image inspect {words[words.Length - 1]}",
            "rename" => call,
            _ => $"{words[0]} {words[words.Length - 1]}",
        };
    }
}
