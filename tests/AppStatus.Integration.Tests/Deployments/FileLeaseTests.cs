using AppStatus.Core.Deployments.Execution;
using AppStatus.Core.Deployments.Journal;
using AppStatus.Core.Deployments.Leases;
using AppStatus.Core.Errors;
using AppStatus.Integration.Tests.Support;

namespace AppStatus.Integration.Tests.Deployments;

public sealed class FileLeaseTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("appstatus-leases-");

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Of_two_contenders_one_is_told_who_the_other_is()
    {
        await using ILease lease = await Store().AcquireAsync(["f5/web", "f5/api"], Holder("first", "d-1"), TimeSpan.Zero, Stop);

        AppStatusException refused = await Should.ThrowAsync<AppStatusException>(Store().AcquireAsync(["f5/web"], Holder("second", "d-2"), TimeSpan.Zero, Stop));

        refused.Id.ShouldBe(ErrorId.PoolLocked);
        foreach (string part in new[] { "f5/web", "first", lease.Holder.Host, $"pid {Environment.ProcessId}", "deployment d-1", "since", "-LockTimeoutSec" }) refused.Message.ShouldContain(part);
        lease.IsValidFor(TimeSpan.FromDays(1)).ShouldBeTrue("it lasts as long as its process");
    }

    [Fact]
    public async Task Tokens_rise_and_what_was_given_back_is_free()
    {
        long last = 0;
        for (int round = 0; round < 3; round++)
        {
            await using ILease lease = await Store().AcquireAsync(["f5/web"], Holder("round", ""), TimeSpan.Zero, Stop);
            lease.Token.ShouldBeGreaterThan(last);
            lease.TakenOverFrom.ShouldBeNull();
            last = lease.Token;
        }
    }

    [Fact]
    public async Task A_refusal_holds_none_of_the_pools()
    {
        await using ILease web = await Store().AcquireAsync(["f5/web"], Holder("first", ""), TimeSpan.Zero, Stop);

        await Should.ThrowAsync<AppStatusException>(Store().AcquireAsync(["f5/web", "f5/api"], Holder("second", ""), TimeSpan.Zero, Stop));

        await using ILease api = await Store().AcquireAsync(["f5/api"], Holder("third", ""), TimeSpan.Zero, Stop);
        api.Token.ShouldBe(web.Token + 1);
    }

    [Fact]
    public async Task Waiting_ends_when_the_holder_gives_it_back()
    {
        ILease first = await Store().AcquireAsync(["f5/web"], Holder("first", ""), TimeSpan.Zero, Stop);
        Task<ILease> waiting = Store().AcquireAsync(["f5/web"], Holder("second", ""), TimeSpan.FromSeconds(20), Stop);

        await first.DisposeAsync();

        await using ILease second = await waiting;
        first.IsValidFor(TimeSpan.Zero).ShouldBeFalse();
        second.IsValidFor(TimeSpan.Zero).ShouldBeTrue();
    }

    [Fact]
    public async Task Another_process_blocks_while_it_lives_and_frees_it_by_dying()
    {
        await using LeaseHoldingProcess child = await LeaseHoldingProcess.StartAsync(_folder.FullName, "f5/web");

        AppStatusException refused = await Should.ThrowAsync<AppStatusException>(Store().AcquireAsync(["f5/web"], Holder("second", ""), TimeSpan.Zero, Stop));
        refused.Message.ShouldContain($"pid {child.Id}");
        refused.Message.ShouldContain("d-child");
        await child.KillAsync();

        await using ILease lease = await Store().AcquireAsync(["f5/web"], Holder("second", ""), TimeSpan.Zero, Stop);
        lease.Token.ShouldBe(2);
        lease.TakenOverFrom.ShouldNotBeNull().ProcessId.ShouldBe(child.Id);
    }

    [Fact]
    public async Task Who_only_looks_makes_no_dead_holder_live()
    {
        await using (LeaseHoldingProcess child = await LeaseHoldingProcess.StartAsync(_folder.FullName, "f5/web"))
        {
            (await Store().FindHolderAsync("f5/web", Stop)).ShouldNotBeNull().ProcessId.ShouldBe(child.Id);
            await child.KillAsync();
        }

        await using LeaseHoldingProcess looker = await LeaseHoldingProcess.StartLookingAsync(_folder.FullName, "f5/web");
        (await Store().FindHolderAsync("f5/web", Stop)).ShouldBeNull("another looks at it, too");
        await using (await LeaseHoldingProcess.StartLookingAsync(_folder.FullName, "f5/web"))
        {
        }

        // In the way only for as long as it looks, and by then it would have been called locked by a dead one.
        Task<ILease> taking = Store().AcquireAsync(["f5/web"], Holder("second", ""), TimeSpan.Zero, Stop);
        await Task.WhenAny(taking, Task.Delay(TimeSpan.FromSeconds(1), TimeProvider.System, Stop));
        taking.IsCompleted.ShouldBeFalse();
        await looker.KillAsync();
        await using ILease lease = await taking;
        lease.TakenOverFrom.ShouldNotBeNull().DeploymentId.ShouldBe("d-child");
    }

    [Fact]
    public async Task A_taker_that_still_waits_for_another_pool_makes_no_dead_holder_live()
    {
        await using (LeaseHoldingProcess child = await LeaseHoldingProcess.StartAsync(_folder.FullName, "f5/api")) await child.KillAsync();
        ILease web = await Store().AcquireAsync(["f5/web"], Holder("first", "d-1"), TimeSpan.Zero, Stop);
        Task<ILease> both = Store().AcquireAsync(["f5/api", "f5/web"], Holder("second", "d-2"), TimeSpan.FromSeconds(60), Stop);

        using (FileStream? look = HeldFile.TryLook(Path.Combine(_folder.FullName, FileLeaseStore.Hash("f5/api")))) look.ShouldBeNull("it has the first of them");
        (await Store().FindHolderAsync("f5/api", Stop)).ShouldBeNull();
        await web.DisposeAsync();

        await using ILease lease = await both;
        lease.TakenOverFrom.ShouldNotBeNull().DeploymentId.ShouldBe("d-child");
        (await Store().FindHolderAsync("f5/api", Stop)).ShouldNotBeNull().DeploymentId.ShouldBe("d-2");
    }

    [Fact]
    public async Task Signals_of_processes_that_send_at_once_are_all_heard()
    {
        const int Each = 50;
        string deployments = _folder.CreateSubdirectory("deployments").FullName;
        using var store = new FileDeploymentStore(_folder.FullName, TimeProvider.System);
        await using LeaseHoldingProcess one = await LeaseHoldingProcess.StartSendingAsync(_folder.FullName, "d1", Each), other = await LeaseHoldingProcess.StartSendingAsync(_folder.FullName, "d1", Each);
        Task sending = Task.WhenAll(one.FinishAsync(), other.FinishAsync());
        // Who listens meanwhile is neither refused nor in the way.
        while (!sending.IsCompleted) await store.ReceiveAsync("d1", 0, Stop);
        await sending;

        IReadOnlyList<ControlSignal> heard = await store.ReceiveAsync("d1", 0, Stop);

        heard.Count.ShouldBe(2 * Each);
        foreach (LeaseHoldingProcess sender in new[] { one, other })
            heard.Select(signal => signal.By).Where(by => by.StartsWith($"{sender.Id} ", StringComparison.Ordinal)).ShouldBe(Enumerable.Range(0, Each).Select(number => $"{sender.Id} {number}"));
        Directory.GetFiles(deployments).ShouldHaveSingleItem();
    }

    [Fact]
    public async Task Who_sends_a_signal_has_the_file_alone_while_it_writes()
    {
        string path = Path.Combine(_folder.CreateSubdirectory("deployments").FullName, "d1.signals");
        using var store = new FileDeploymentStore(_folder.FullName, TimeProvider.System);
        Task sending;
        // As a second sender would stand who lets others write, in the middle of it.
        await using (var other = new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.ReadWrite))
        {
            sending = store.SendAsync("d1", new ControlSignal(ControlAction.Stop, "ann"), Stop);
            sending.IsCompleted.ShouldBeFalse();
            other.Length.ShouldBe(0);
        }

        await sending;
        (await store.ReceiveAsync("d1", 0, Stop)).ShouldHaveSingleItem().By.ShouldBe("ann");
    }

    [Fact]
    public async Task Whoever_finds_it_taken_is_told_what_it_is_held_for_now()
    {
        await using ILease lease = await Store().AcquireAsync(["f5/web"], Holder("first", ""), TimeSpan.Zero, Stop);
        await lease.NameAsync("d-7", Stop);
        (await Store().FindHolderAsync("f5/web", Stop)).ShouldNotBeNull().DeploymentId.ShouldBe("d-7");
        (await Should.ThrowAsync<AppStatusException>(Store().AcquireAsync(["f5/web"], Holder("second", ""), TimeSpan.Zero, Stop))).Message.ShouldContain("d-7");
    }

    [Fact]
    public async Task A_counter_that_is_no_number_is_refused_rather_than_begun_anew()
    {
        await File.WriteAllTextAsync(Path.Combine(_folder.FullName, "token"), "many", Stop);

        (await Should.ThrowAsync<AppStatusException>(Store().AcquireAsync(["f5/web"], Holder("first", ""), TimeSpan.Zero, Stop))).Id.ShouldBe(ErrorId.StoreUnavailable);
    }

    public void Dispose() => _folder.Delete(recursive: true);

    private FileLeaseStore Store() => new(_folder.FullName, TimeProvider.System);

    private static LeaseHolder Holder(string name, string deployment) => LeaseHolder.Here(name, TimeProvider.System) with { DeploymentId = deployment };
}
