using AppStatus.Core.Balancers;
using AppStatus.Core.Errors;
using AppStatus.Core.Maintenance;
using AppStatus.Core.Tests.Clocks;

namespace AppStatus.Core.Tests.Maintenance;

public sealed class MaintenanceTests
{
    private static readonly SuspendOptions NoWait = new() { Reason = "memory", NoWait = true };

    [Fact]
    public async Task What_a_member_was_is_on_record_before_it_is_changed_and_forgotten_after_it_is_put_back()
    {
        var pool = new FakePool(("a", TrafficState.Enabled, 7), ("b", TrafficState.Enabled, 1));

        await SuspendAsync(pool, "a");
        SuspendedMember record = pool.Records.ShouldHaveSingleItem();
        (record.Reason, record.User, record.From, record.WeightBefore).ShouldBe(("memory", "ann", "console1", 7));
        await RestoreAsync(pool, "a");

        pool.Log.ShouldBe(["record a Enabled", "a Draining", "a Enabled", "forget a"]);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_crash_at_the_write_leaves_what_a_restore_needs(bool after)
    {
        var pool = new FakePool(("a", TrafficState.Enabled, 7), ("b", TrafficState.Enabled, 1)) { NextWriteFails = (new OperationCanceledException(), after) };
        await Should.ThrowAsync<OperationCanceledException>(() => SuspendAsync(pool, "a"));

        (await RestoreAsync(pool, "a"))!.State.ShouldBe(TrafficState.Enabled);

        pool.Records.ShouldBeEmpty();
        pool.Log.Count(line => line == "a Enabled").ShouldBe(after ? 1 : 0, "what was not changed is not written");
    }

    [Theory]
    [InlineData(false, 0)]
    [InlineData(true, 1)]
    public async Task A_write_that_fails_is_suspended_only_if_it_had_its_effect(bool after, int records)
    {
        var pool = new FakePool(("a", TrafficState.Enabled, 7), ("b", TrafficState.Enabled, 1)) { NextWriteFails = (new AppStatusException(ErrorId.BalancerRefused, "no"), after) };

        (await Should.ThrowAsync<AppStatusException>(() => SuspendAsync(pool, "a"))).Id.ShouldBe(ErrorId.BalancerRefused);

        pool.Records.Count.ShouldBe(records);
    }

    [Theory]
    [InlineData(TrafficState.Draining)]
    [InlineData(TrafficState.Offline)]
    public async Task Who_was_out_before_is_not_written_and_goes_back_to_that(TrafficState state)
    {
        var pool = new FakePool(("a", state, 1), ("b", TrafficState.Enabled, 1));

        await SuspendAsync(pool, "a");
        (await RestoreAsync(pool, "a"))!.State.ShouldBe(state);

        pool.Log.ShouldBe([$"record a {state}", "forget a"]);
    }

    [Fact]
    public async Task Who_was_enabled_by_hand_since_is_recorded_anew()
    {
        var pool = new FakePool(("a", TrafficState.Enabled, 1), ("b", TrafficState.Enabled, 1));
        await SuspendAsync(pool, "a");
        await pool.SetStateAsync(pool["a"], TrafficState.Enabled, CancellationToken.None);
        await pool.SetWeightAsync(pool["a"], 9, CancellationToken.None);

        await SuspendAsync(pool, "a");

        pool.Records.ShouldHaveSingleItem().WeightBefore.ShouldBe(9);
    }

    [Fact]
    public async Task The_last_serving_one_is_refused_without_a_record()
    {
        var pool = new FakePool(("a", TrafficState.Enabled, 1), ("b", TrafficState.Draining, 1));

        (await Should.ThrowAsync<AppStatusException>(() => SuspendAsync(pool, "a"))).Id.ShouldBe(ErrorId.LastServingMember);

        pool.Records.ShouldBeEmpty();
        pool["a"].State.ShouldBe(TrafficState.Enabled);
    }

    [Fact]
    public async Task Who_is_gone_is_an_error_and_forgotten_only_when_asked()
    {
        var pool = new FakePool(("a", TrafficState.Enabled, 1), ("b", TrafficState.Enabled, 1));
        await SuspendAsync(pool, "a");
        SuspendedMember record = pool.Records[0];
        pool.Remove("a");

        (await Should.ThrowAsync<AppStatusException>(() => new MemberRestorer(pool, pool, includeChanged: false).RestoreAsync(pool, record, CancellationToken.None))).Id.ShouldBe(ErrorId.MemberNotFound);
        pool.Records.Count.ShouldBe(1);
        (await new MemberRestorer(pool, pool, includeChanged: true).RestoreAsync(pool, record, CancellationToken.None)).ShouldBeNull();
        pool.Records.ShouldBeEmpty();
    }

    [Fact]
    public async Task However_many_are_suspended_together_their_pool_is_read_for_all_of_them()
    {
        FakePool pool = Many();
        var held = new TaskCompletionSource<bool>();
        pool.Held = held.Task;
        var suspender = new MemberSuspender(pool, pool, pool.Records, NoWait, TimeProvider.System, CancellationToken.None);

        Task<SuspendOutcome>[] all = [.. Names.Select(name => suspender.SuspendAsync(pool, pool[name], _ => { }))];

        pool.Reads.ShouldBe(1);
        held.SetResult(true);
        (await Task.WhenAll(all)).ShouldAllBe(outcome => outcome.Member.State == TrafficState.Draining);
    }

    [Fact]
    public async Task Those_that_go_back_together_are_written_some_at_a_time()
    {
        FakePool pool = Many();
        var clock = new ManualTimeProvider();
        var options = new SuspendOptions { IdleConnections = -1, DrainTimeout = TimeSpan.FromSeconds(10), AllowEmptyPool = true };
        var suspender = new MemberSuspender(pool, pool, pool.Records, options, clock, CancellationToken.None);
        Task[] all = [.. Names.Select(name => suspender.SuspendAsync(pool, pool[name], _ => { }))];
        Names.ShouldAllBe(name => pool[name].State == TrafficState.Draining);
        var held = new TaskCompletionSource<bool>();
        pool.Held = held.Task;

        clock.Advance(TimeSpan.FromSeconds(11));

        pool.MostWrites.ShouldBe(32);
        held.SetResult(true);
        foreach (Task one in all) (await Should.ThrowAsync<AppStatusException>(one)).Id.ShouldBe(ErrorId.DrainTimedOut);
        Names.ShouldAllBe(name => pool[name].State == TrafficState.Enabled);
    }

    private static IReadOnlyList<string> Names { get; } = [.. Enumerable.Range(1, 40).Select(number => $"web{number}")];

    private static FakePool Many() => new([.. Names.Select(name => (name, TrafficState.Enabled, 1)), ("last", TrafficState.Enabled, 1)]);

    private static Task<SuspendOutcome> SuspendAsync(FakePool pool, string name) =>
        new MemberSuspender(pool, pool, pool.Records, NoWait, TimeProvider.System, CancellationToken.None).SuspendAsync(pool, pool[name], _ => { });

    private static Task<PoolMember?> RestoreAsync(FakePool pool, string name) =>
        new MemberRestorer(pool, pool, includeChanged: false).RestoreAsync(pool, pool.Records.Single(record => record.Name == name), CancellationToken.None);
}
