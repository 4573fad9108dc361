using AppStatus.Core.Balancers;
using AppStatus.Core.Balancers.Changes;
using AppStatus.Core.Errors;

namespace AppStatus.Core.Tests.Balancers.Changes;

public sealed class MemberChangerTests
{
    private static readonly MemberChange Drain = new(TrafficState.Draining, Weight: null);
    private static readonly MemberChange Enable = new(TrafficState.Enabled, Weight: null);

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_is_taken_while_a_look_is_under_way_is_judged_by_it_and_written_side_by_side()
    {
        var pool = new HeldPool(200, 200) { Look = new(), Write = new() };
        var changer = new MemberChanger(allowEmptyPool: false, limit: 7);
        PendingChange[] changes = Take(changer, pool, Drain);

        // Whoever comes first to work on it: the order of the input counts.
        var work = new Task<PoolMember>[changes.Length];
        for (int i = changes.Length - 1; i >= 0; i--) work[i] = changer.ApplyAsync(changes[i], Cancelled);
        pool.Look.SetResult(true);
        pool.InFlight.ShouldBe(7);
        pool.Write.SetResult(true);

        await Task.WhenAll(work.Take(199));
        AppStatusException refusal = await Should.ThrowAsync<AppStatusException>(() => work[199]);
        refusal.Id.ShouldBe(ErrorId.LastServingMember);
        refusal.Message.ShouldStartWith("m200 is the last member of pool web that serves (the others: m001 Draining Up");
        pool.Looks.ShouldBe(1);
        pool.MostInFlight.ShouldBe(7);
        pool.Written.Count.ShouldBe(199);
        pool.Members.Where(member => member.Serving).ShouldHaveSingleItem().Name.ShouldBe("m200");
    }

    [Fact]
    public async Task The_next_look_waits_until_a_batch_is_written()
    {
        var pool = new HeldPool(3, 3) { Write = new() };
        var changer = new MemberChanger(allowEmptyPool: false);
        Task<PoolMember> first = changer.ApplyAsync(pool, pool.Members[0], Drain, Cancelled);
        Task<PoolMember> second = changer.ApplyAsync(pool, pool.Members[1], Drain, Cancelled);
        Task<PoolMember> third = changer.ApplyAsync(pool, pool.Members[2], Drain, Cancelled);

        pool.Looks.ShouldBe(1);
        pool.Write.SetResult(true);

        await first;
        await second;
        (await Should.ThrowAsync<AppStatusException>(() => third)).Id.ShouldBe(ErrorId.LastServingMember);
        pool.Looks.ShouldBe(2);
    }

    [Fact]
    public async Task Refused_are_those_that_would_leave_nobody_and_no_others()
    {
        // m003 to m005 are out already; m009 is no member.
        var pool = new HeldPool(5, 2) { Look = new() };
        var changer = new MemberChanger(allowEmptyPool: false);
        PoolMember[] input = [pool.Members[0], pool.Members[0] with { Name = "m009" }, pool.Members[1], pool.Members[3]];
        PendingChange[] changes = [.. input.Select(member => changer.Take(pool, member, Drain))];
        Task<PoolMember>[] work = [.. changes.Select(change => changer.ApplyAsync(change, Cancelled))];
        pool.Look.SetResult(true);

        (await work[0]).State.ShouldBe(TrafficState.Draining);
        (await Should.ThrowAsync<AppStatusException>(() => work[1])).Id.ShouldBe(ErrorId.MemberNotFound);
        (await Should.ThrowAsync<AppStatusException>(() => work[2])).Id.ShouldBe(ErrorId.LastServingMember);
        (await work[3]).Name.ShouldBe("m004");
    }

    [Fact]
    public async Task A_failed_write_is_its_members_own_failure()
    {
        var pool = new HeldPool(4, 4) { Look = new(), Refuses = "m002" };
        var changer = new MemberChanger(allowEmptyPool: true);
        Task<PoolMember>[] work = [.. Take(changer, pool, Drain).Select(change => changer.ApplyAsync(change, Cancelled))];

        (await Should.ThrowAsync<InvalidOperationException>(() => work[1])).Message.ShouldBe("m002");
        (await Task.WhenAll(work[0], work[2], work[3])).ShouldAllBe(member => member.State == TrafficState.Draining);
        pool.Looks.ShouldBe(0);
    }

    [Fact]
    public async Task A_look_that_fails_is_told_of_each_member_and_tried_once()
    {
        var pool = new HeldPool(3, 3) { Look = new() };
        var changer = new MemberChanger(allowEmptyPool: false);
        Task<PoolMember>[] work = [.. Take(changer, pool, Drain).Select(change => changer.ApplyAsync(change, Cancelled))];
        pool.Look.SetException(new AppStatusException(ErrorId.Unreachable, "Nobody answers."));

        foreach (Task<PoolMember> one in work) (await Should.ThrowAsync<AppStatusException>(() => one)).Id.ShouldBe(ErrorId.Unreachable);
        AppStatusException last = await Should.ThrowAsync<AppStatusException>(() => work[2]);
        last.Message.ShouldBe("web/m003 was not changed: Nobody answers.");
        last.Target.ShouldBeOfType<PoolMember>().Name.ShouldBe("m003");
        pool.Looks.ShouldBe(1);
        pool.Written.ShouldBeEmpty();
    }

    [Fact]
    public async Task What_was_not_sent_when_it_was_stopped_is_not_sent_and_what_happened_is_told()
    {
        var pool = new HeldPool(7, 7);
        var changer = new MemberChanger(allowEmptyPool: false, limit: 2);
        PendingChange done = changer.Take(pool, pool.Members[0], Drain);
        await changer.ApplyAsync(done, Cancelled);
        pool.Look = new();
        pool.Write = new();
        using var stop = new CancellationTokenSource();
        PendingChange[] rest = [.. pool.Members.Skip(1).Take(5).Select(member => changer.Take(pool, member, Drain))];
        Task<PoolMember>[] work = [.. rest.Select(change => changer.ApplyAsync(change, stop.Token))];
        pool.Look.SetResult(true);

        stop.Cancel();

        foreach (Task<PoolMember> one in work) await Should.ThrowAsync<OperationCanceledException>(() => one);
        rest.Select(change => change.WasSent).ShouldBe([true, true, false, false, false]);
        pool.Written.ShouldBe(["m001 Draining"]);
        ChangeTally.Of([done, .. rest]).ShouldBe("Set-PoolMember was ended early. Changed: web/m001. Sent, but not confirmed: web/m002, web/m003. Nothing else was sent.");
        ChangeTally.Of([.. rest.Skip(2)]).ShouldBeNull();
    }

    [Fact]
    public async Task Several_go_at_one_stroke_where_the_balancer_can_do_that_and_one_goes_by_itself()
    {
        var pool = new BatchPool(5) { Look = new() };
        var changer = new MemberChanger(allowEmptyPool: false);
        Task<PoolMember>[] work = [.. Take(changer, pool, Drain).Select(change => changer.ApplyAsync(change, Cancelled))];
        pool.Look.SetResult(true);
        (await Task.WhenAll(work.Take(4))).Select(member => member.Name).ShouldBe(["m001", "m002", "m003", "m004"]);
        (await Should.ThrowAsync<AppStatusException>(() => work[4])).Id.ShouldBe(ErrorId.LastServingMember);
        pool.Batches.ShouldBe(["m001 m002 m003 m004"]);
        pool.MostInFlight.ShouldBe(0);

        (await changer.ApplyAsync(pool, pool.Members[0], Enable, Cancelled)).State.ShouldBe(TrafficState.Enabled);
        pool.Batches.Count.ShouldBe(1);
        pool.MostInFlight.ShouldBe(1);
    }

    [Fact]
    public async Task Where_nothing_is_judged_there_is_no_look_and_those_that_come_meanwhile_go_together()
    {
        var pool = new BatchPool(4) { Write = new() };
        var changer = new MemberChanger(allowEmptyPool: false);
        Task<PoolMember> first = changer.ApplyAsync(pool, pool.Members[0], Enable, Cancelled);
        Task<PoolMember>[] rest = [.. pool.Members.Skip(1).Select(member => changer.ApplyAsync(pool, member, Enable, Cancelled))];
        pool.Write.SetResult(true);

        await first;
        await Task.WhenAll(rest);
        pool.Batches.ShouldBe(["m002 m003 m004"]);
        pool.Looks.ShouldBe(0);
    }

    [Fact]
    public async Task A_stroke_that_fails_is_told_of_each_member()
    {
        var pool = new BatchPool(3) { Look = new(), Fails = new AppStatusException(ErrorId.StandbyUnit, "It is standing by.") };
        var changer = new MemberChanger(allowEmptyPool: true);
        Task<PoolMember>[] work = [.. Take(changer, pool, Drain).Select(change => changer.ApplyAsync(change, Cancelled))];

        for (int i = 0; i < work.Length; i++)
        {
            AppStatusException error = await Should.ThrowAsync<AppStatusException>(() => work[i]);
            error.Message.ShouldBe($"{pool.Members[i]} was not changed: It is standing by.");
            error.Target.ShouldBe(pool.Members[i]);
        }

        pool.Batches.ShouldHaveSingleItem();
    }

    [Fact]
    public async Task What_a_stroke_leaves_out_is_that_members_failure()
    {
        var pool = new BatchPool(3);
        pool.Refusal = MemberOutcome.Of(new AppStatusException(ErrorId.NotSupported, "Not this one.", target: pool.Members[1]));
        var changer = new MemberChanger(allowEmptyPool: true);
        Task<PoolMember>[] work = [.. Take(changer, pool, Drain).Select(change => changer.ApplyAsync(change, Cancelled))];

        (await Should.ThrowAsync<AppStatusException>(() => work[1])).Id.ShouldBe(ErrorId.NotSupported);
        (await Task.WhenAll(work[0], work[2])).Select(member => member.Name).ShouldBe(["m001", "m003"]);
    }

    [Fact]
    public async Task A_stroke_that_is_stopped_in_time_has_sent_nothing()
    {
        var pool = new BatchPool(3) { Write = new() };
        var changer = new MemberChanger(allowEmptyPool: true);
        using var stop = new CancellationTokenSource();
        PendingChange[] changes = Take(changer, pool, Drain);
        Task<PoolMember>[] work = [.. changes.Select(change => changer.ApplyAsync(change, stop.Token))];

        stop.Cancel();

        foreach (Task<PoolMember> one in work) await Should.ThrowAsync<OperationCanceledException>(() => one);
        ChangeTally.Of(changes).ShouldBeNull();
        pool.Written.ShouldBeEmpty();
    }

    private static PendingChange[] Take(MemberChanger changer, HeldPool pool, MemberChange change) => [.. pool.Members.Select(member => changer.Take(pool, member, change))];
}
