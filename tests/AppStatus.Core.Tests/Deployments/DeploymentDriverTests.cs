using AppStatus.Core.Balancers;
using AppStatus.Core.Deployments;
using AppStatus.Core.Deployments.Execution;
using AppStatus.Core.Deployments.Journal;
using AppStatus.Core.Deployments.Leases;
using AppStatus.Core.Deployments.Planning;
using AppStatus.Core.Errors;
using AppStatus.Core.Tests.Clocks;
using AppStatus.Core.Tests.Deployments.Execution;
using AppStatus.Core.Verification;

namespace AppStatus.Core.Tests.Deployments;

/// <summary>What a driver refuses, with journals that are written by hand. Nothing may be touched then.</summary>
public sealed class DeploymentDriverTests : IDisposable
{
    private const string First = "20260101-000001-a", Second = "20260101-000002-a", Third = "20260101-000003-a";
    private readonly string _folder = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());
    private readonly ManualTimeProvider _clock = new();
    private readonly ScriptedBalancer _balancer = new() { Looks = [Given.Pool(2)] };
    private readonly FileDeploymentStore _store;
    private readonly DeploymentDriver _driver;

    public DeploymentDriverTests()
    {
        _store = new FileDeploymentStore(_folder, _clock);
        var nothing = new Untouched();
        _driver = new DeploymentDriver(_store, new DeploymentPorts
        {
            Balancers = new Dictionary<string, IBalancer> { ["lb1"] = _balancer }, Health = nothing, Deploy = nothing, Observer = nothing, Time = _clock,
        });
    }

    public void Dispose()
    {
        _store.Dispose();
        Directory.Delete(_folder, recursive: true);
        _balancer.Written.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_pool_that_another_holds_is_locked()
    {
        await using ILease lease = await _store.Leases.AcquireAsync(LeaseKeys.Of(Plan()), LeaseHolder.Here("test", _clock), TimeSpan.Zero, CancellationToken.None);
        await CreateAsync(First, Plan());
        (await RefusedAsync(_driver.RunAsync(Plan(), TimeSpan.Zero, CancellationToken.None))).ShouldBe(ErrorId.PoolLocked);
        (await RefusedAsync(_driver.ResumeAsync(First, true, TimeSpan.Zero, CancellationToken.None))).ShouldBe(ErrorId.PoolLocked);
        (await RefusedAsync(_driver.UndoAsync(First, null, TimeSpan.Zero, CancellationToken.None))).ShouldBe(ErrorId.PoolLocked);
        (await RefusedAsync(_driver.CloseAsync(First, "", CancellationToken.None))).ShouldBe(ErrorId.PoolLocked);
    }

    [Fact]
    public async Task Nothing_starts_over_what_an_earlier_one_has_left()
    {
        await CreateAsync(First, Plan(), Drained());
        AppStatusException refusal = await RefusalAsync(_driver.RunAsync(Plan(), TimeSpan.Zero, CancellationToken.None));
        (refusal.Id, refusal.Target).ShouldBe((ErrorId.DeploymentUnfinished, First));
        refusal.Message.ShouldContain("web01");
        (await _store.ListAsync(CancellationToken.None)).ShouldHaveSingleItem();
    }

    [Theory]
    [InlineData("closed", null)]
    [InlineData("undone", null)]
    [InlineData("succeeded", null)]
    [InlineData("paused", First)]
    [InlineData("left out", First)]
    [InlineData("closed and resumed", First)]
    [InlineData("half undone", First)]
    [InlineData("other pool", null)]
    [InlineData("taken out by its check", First)]
    [InlineData("under one that touched nothing", First)]
    public async Task An_earlier_deployment_is_in_the_way_until_it_is_settled(string stands, string? found)
    {
        JournalEvent[] events = stands switch
        {
            "closed" => [.. Drained(), new Closed("me")],
            "undone" => [.. Drained(), new LanesUndone(Second, [Given.Lane(1)], Whole: true)],
            "succeeded" => [new DeploymentEnded(DeploymentState.Succeeded)],
            "paused" => [new DeploymentEnded(DeploymentState.Paused)],
            "taken out by its check" =>
            [
                new LaneEnded(Given.Lane(1), LaneState.Succeeded, null, ""), new FleetChecked(new Dictionary<string, string> { [Given.Lane(1)] = "1.0" }),
                new StepStarted(Given.Lane(1), StepKind.TakeOut, 1),
                new StepSucceeded(Given.Lane(1), StepKind.TakeOut, "", new Dictionary<string, TrafficState?> { ["lb1/web/web01"] = TrafficState.Draining }),
                new DeploymentEnded(DeploymentState.SucceededWithIssues),
            ],
            "left out" => [.. Drained(), new LaneEnded(Given.Lane(1), LaneState.Failed, ErrorId.DeployFailed, ""), new DeploymentEnded(DeploymentState.Halted)],
            "closed and resumed" => [.. Drained(), new Closed("me"), new DeploymentResumed("me", "host", 2, true)],
            _ => Drained(),
        };
        await CreateAsync(First, Plan(), events);
        if (stands == "half undone") await CreateAsync(Second, Plan() with { Undoes = First }, new DeploymentEnded(DeploymentState.Stopped));
        if (stands == "under one that touched nothing") await CreateAsync(Second, Plan(), new DeploymentEnded(DeploymentState.Failed));
        PoolKey pool = stands == "other pool" ? new PoolKey("lb1", "api") : Given.Web;
        (await new UnfinishedDeployments(_store).FindAsync([$"{pool.Balancer} {pool.Pool}"], CancellationToken.None))?.Id.ShouldBe(found);
    }

    [Fact]
    public async Task What_lies_under_a_newer_deployment_can_neither_go_on_nor_back()
    {
        await CreateAsync(First, Plan(), [.. Drained(), new Closed("me")]);
        await CreateAsync(Second, Plan(), [.. Drained(), new DeploymentEnded(DeploymentState.Succeeded)]);
        (await RefusedAsync(_driver.UndoAsync(First, null, TimeSpan.Zero, CancellationToken.None))).ShouldBe(ErrorId.DeploymentSuperseded);
        (await RefusedAsync(_driver.ResumeAsync(First, true, TimeSpan.Zero, CancellationToken.None))).ShouldBe(ErrorId.DeploymentSuperseded);
    }

    [Fact]
    public async Task What_is_undone_or_being_undone_does_not_go_on()
    {
        await CreateAsync(First, Plan(), Drained());
        await CreateAsync(Second, Plan() with { Undoes = First });
        (await RefusedAsync(_driver.ResumeAsync(First, true, TimeSpan.Zero, CancellationToken.None))).ShouldBe(ErrorId.DeploymentSuperseded);
        (await RefusedAsync(_driver.UndoAsync(First, "0.9", TimeSpan.Zero, CancellationToken.None))).ShouldBe(ErrorId.DeploymentUnfinished);
        await CreateAsync(Third, Plan(), [.. Drained(), new LanesUndone("x", [], Whole: true)]);
        (await RefusedAsync(_driver.ResumeAsync(Third, true, TimeSpan.Zero, CancellationToken.None))).ShouldBe(ErrorId.DeploymentSuperseded);
        (await _driver.UndoAsync(Third, null, TimeSpan.Zero, CancellationToken.None)).State.ShouldBe(DeploymentState.RolledBack);
    }

    [Fact]
    public async Task A_plan_that_has_waited_is_made_anew_under_the_lease()
    {
        DeploymentPlan old = Plan() with { ReadAt = _clock.GetUtcNow() };
        _clock.Advance(TimeSpan.FromSeconds(3));
        async Task<DeploymentPlan> PlanAnewAsync(CancellationToken cancellationToken)
        {
            (await _store.Leases.FindHolderAsync(LeaseKeys.Of(old)[0], cancellationToken)).ShouldNotBeNull();
            throw new AppStatusException(ErrorId.PlanOutdated, "Another was deployed meanwhile.");
        }

        (await RefusedAsync(_driver.RunAsync(old, TimeSpan.Zero, CancellationToken.None, PlanAnewAsync))).ShouldBe(ErrorId.PlanOutdated);
        (await _store.ListAsync(CancellationToken.None)).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_damaged_journal_is_in_the_way_of_its_own_pools_alone()
    {
        await CreateAsync(First, Plan(), Drained());
        string path = Path.Combine(_folder, "deployments", First + ".jsonl");
        File.WriteAllText(path, File.ReadAllText(path).Replace("\"StepSucceeded\"", "\"StepFailed\""));
        var unfinished = new UnfinishedDeployments(_store);
        (await Should.ThrowAsync<AppStatusException>(unfinished.FindAsync(LeaseKeys.Of(Plan()), CancellationToken.None))).Id.ShouldBe(ErrorId.JournalDamaged);
        (await unfinished.FindAsync(["lb1 api"], CancellationToken.None)).ShouldBeNull();
    }

    [Fact]
    public async Task An_undo_to_a_release_that_nobody_knows_is_refused()
    {
        await CreateAsync(First, Plan(), [.. Drained(), new StepStarted(Given.Lane(1), StepKind.Deploy, 1)]);
        (await RefusedAsync(_driver.UndoAsync(First, null, TimeSpan.Zero, CancellationToken.None))).ShouldBe(ErrorId.EarlierReleaseUnknown);
        (await _store.ListAsync(CancellationToken.None)).ShouldHaveSingleItem();
    }

    [Fact]
    public async Task An_undo_that_died_before_it_noted_its_end_is_noted_by_a_resume()
    {
        await CreateAsync(First, Plan(), Drained());
        await CreateAsync(Second, Plan() with { Undoes = First, Waves = [] }, new DeploymentEnded(DeploymentState.Succeeded));
        await _driver.UndoAsync(First, null, TimeSpan.Zero, CancellationToken.None);
        RunState.Fold(await _store.ReadAsync(First, CancellationToken.None)).UndoneBy.ShouldBe(Second);
        (await _store.ListAsync(CancellationToken.None)).Count.ShouldBe(2);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task What_another_has_settled_meanwhile_is_not_gone_on_with_nor_undone(bool undo)
    {
        await CreateAsync(First, Plan(), new DeploymentEnded(DeploymentState.Succeeded));
        (await _driver.SettleAsync(First, undo, TimeSpan.Zero, CancellationToken.None)).ShouldBeNull();
        (await _store.ListAsync(CancellationToken.None)).ShouldHaveSingleItem();
    }

    [Fact]
    public async Task What_has_begun_to_be_undone_is_closed_without_a_write()
    {
        await CreateAsync(First, Plan(), Drained());
        await CreateAsync(Second, Plan() with { Undoes = First }, new StepStarted(Given.Lane(1), StepKind.Restore, 1));
        DeploymentResult closed = await _driver.CloseAsync(First, "given up", CancellationToken.None);
        RunState state = RunState.Fold(await _store.ReadAsync(First, CancellationToken.None));
        (state.IsClosed, state.IsSettled).ShouldBe((true, true));
        closed.Lanes[0].Left.ShouldContain("Draining");
    }

    [Fact]
    public async Task A_closed_undo_is_in_the_way_of_none_that_is_begun_anew()
    {
        await CreateAsync(First, Plan(), [.. Drained(), new DeploymentEnded(DeploymentState.Halted)]);
        await CreateAsync(Second, Plan() with { Undoes = First }, new Closed("me"));
        var unfinished = new UnfinishedDeployments(_store);
        (await unfinished.FindUndoAsync(First, release: null, CancellationToken.None)).ShouldBeNull();
        await unfinished.RefuseNewerAsync(First, Plan(), CancellationToken.None);
    }

    private static DeploymentPlan Plan() => Given.Plan(Given.Options, Given.Pool(2));

    private static JournalEvent[] Drained() =>
    [
        new StepStarted(Given.Lane(1), StepKind.Drain, 1),
        new StepSucceeded(Given.Lane(1), StepKind.Drain, "", new Dictionary<string, TrafficState?> { ["lb1/web/web01"] = TrafficState.Draining }),
    ];

    private async Task<ErrorId> RefusedAsync(Task<DeploymentResult> act) => (await RefusalAsync(act)).Id;

    // A lock that is taken is looked at twice, by the clock.
    private Task<AppStatusException> RefusalAsync(Task<DeploymentResult> act) =>
        Should.ThrowAsync<AppStatusException>(_clock.RunAsync(act, TimeSpan.FromMinutes(1)));

    private async Task CreateAsync(string id, DeploymentPlan plan, params JournalEvent[] events)
    {
        (IJournal journal, _) = await _store.CreateAsync(new DeploymentStarted(id, plan, "host", "user", 1), null!, CancellationToken.None);
        using (journal)
            if (events.Length > 0) await journal.AppendAsync(events, CancellationToken.None);
    }

    private sealed class Untouched : IHealthProbe, IDeployAction, IDeploymentObserver
    {
        public Task<HealthReading> ReadAsync(Instance instance, Uri statusUri, string release, CancellationToken cancellationToken) => throw new InvalidOperationException("It was touched.");

        public Task DeployAsync(Instance instance, string release, int attempt, CancellationToken cancellationToken) => throw new InvalidOperationException("It was touched.");

        public void OnRecord(JournalRecord record, RunState state)
        {
        }

        public void OnReport(Lane lane, string text)
        {
        }
    }
}
