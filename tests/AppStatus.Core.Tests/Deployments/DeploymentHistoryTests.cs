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

/// <summary>How a recorded deployment stands for others, and what closing it leaves.</summary>
public sealed class DeploymentHistoryTests : IDisposable
{
    private const string Id = "20260101-000001000-aaaaaa";
    private readonly string _folder = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());
    private readonly ManualTimeProvider _clock = new();
    private readonly FileDeploymentStore _store;

    public DeploymentHistoryTests() => _store = new FileDeploymentStore(_folder, _clock);

    public void Dispose()
    {
        _store.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    [Theory]
    [InlineData("", DeploymentState.Running, DeploymentState.Interrupted)]
    [InlineData("paused", DeploymentState.Paused, DeploymentState.Interrupted)]
    [InlineData("approval", DeploymentState.AwaitingApproval, DeploymentState.Interrupted)]
    [InlineData("stopping", DeploymentState.Stopping, DeploymentState.Interrupted)]
    [InlineData("ended", DeploymentState.Halted, DeploymentState.Halted)]
    [InlineData("undone", DeploymentState.RolledBack, DeploymentState.RolledBack)]
    public async Task Its_state_is_that_of_its_journal_and_of_whoever_drives_it(string stands, DeploymentState driven, DeploymentState undriven)
    {
        JournalEvent[] events = stands switch
        {
            "paused" => [new Paused(PauseReason.Suspended, "", TimeSpan.Zero)],
            "approval" => [new Paused(PauseReason.Approval, "", TimeSpan.Zero)],
            "stopping" => [new StopRequested("me", Immediate: false)],
            "ended" => [new DeploymentEnded(DeploymentState.Halted)],
            "undone" => [new DeploymentEnded(DeploymentState.Halted), new LanesUndone("x", [], Whole: true)],
            _ => [],
        };
        await CreateAsync(events);
        (await StateAsync()).ShouldBe(undriven);
        ILease lease = await _store.Leases.AcquireAsync(LeaseKeys.Of(Plan()), LeaseHolder.Here("test", _clock), TimeSpan.Zero, CancellationToken.None);
        await using (lease)
        {
            (await StateAsync()).ShouldBe(undriven, "the pool is held for another one");
            await lease.NameAsync(Id, CancellationToken.None);
            (await StateAsync()).ShouldBe(driven);
        }

        (await StateAsync()).ShouldBe(undriven);
    }

    [Fact]
    public async Task Closing_puts_back_what_was_only_drained_and_names_what_stays_out()
    {
        var draining = new Dictionary<string, TrafficState?> { ["lb1/web/web01"] = TrafficState.Draining };
        var deployed = new Dictionary<string, TrafficState?> { ["lb1/web/web02"] = TrafficState.Draining };
        await CreateAsync(
            new StepStarted(Given.Lane(1), StepKind.Drain, 1), new StepSucceeded(Given.Lane(1), StepKind.Drain, "", draining),
            new StepStarted(Given.Lane(2), StepKind.Drain, 1), new StepSucceeded(Given.Lane(2), StepKind.Drain, "", deployed),
            new StepStarted(Given.Lane(2), StepKind.Deploy, 1));
        var balancer = new ScriptedBalancer { Looks = [[Given.Member(1, TrafficState.Draining), Given.Member(2, TrafficState.Draining), Given.Member(3)]] };
        var driver = new DeploymentDriver(_store, new DeploymentPorts
        {
            Balancers = new Dictionary<string, IBalancer> { ["lb1"] = balancer }, Health = new Blind(), Deploy = new Blind(), Observer = new Blind(), Time = _clock,
        });

        DeploymentResult closed = await _clock.RunAsync(driver.CloseAsync(Id, "", CancellationToken.None), TimeSpan.FromMinutes(5));

        balancer.Written.ShouldBe(["web01 Enabled"]);
        closed.State.ShouldBe(DeploymentState.Stopped);
        closed.Lanes.Select(lane => lane.State).ShouldBe([LaneState.Compensated, LaneState.Failed, LaneState.NotStarted]);
        closed.Lanes[1].Left.ShouldContain("Draining");
        (await new UnfinishedDeployments(_store).FindAsync(LeaseKeys.Of(Plan()), CancellationToken.None)).ShouldBeNull();

        await _clock.RunAsync(driver.CloseAsync(Id, "", CancellationToken.None), TimeSpan.FromMinutes(5));
        balancer.Written.Count.ShouldBe(1, "it was closed already");
    }

    [Fact]
    public async Task Who_can_not_be_called_back_from_a_store_that_hangs_is_left_behind()
    {
        await CreateAsync(new StepStarted(Given.Lane(1), StepKind.Drain, 1));
        var balancer = new ScriptedBalancer { Looks = [Given.Pool(3)] };
        using var hanging = new HangingStore(_store);
        var driver = new DeploymentDriver(hanging, new DeploymentPorts
        {
            Balancers = new Dictionary<string, IBalancer> { ["lb1"] = balancer }, Health = new Blind(), Deploy = new Blind(), Observer = new Blind(), Time = _clock,
        });

        DeploymentResult closed = await _clock.RunAsync(driver.CloseAsync(Id, "", CancellationToken.None), TimeSpan.FromMinutes(5));

        hanging.Hangs.ShouldBeTrue("the driver listened");
        closed.State.ShouldBe(DeploymentState.Stopped);
    }

    private static DeploymentPlan Plan() => Given.Plan(Given.Options with { BatchSize = "2" }, Given.Pool(3));

    private async Task<DeploymentState> StateAsync() => (await new DeploymentHistory(_store).ReadAsync(Id, CancellationToken.None)).Result.State;

    private async Task CreateAsync(params JournalEvent[] events)
    {
        (IJournal journal, _) = await _store.CreateAsync(new DeploymentStarted(Id, Plan(), "host", "user", 1), null!, CancellationToken.None);
        using (journal)
            if (events.Length > 0) await journal.AppendAsync(events, CancellationToken.None);
    }

    private sealed class Blind : IHealthProbe, IDeployAction, IDeploymentObserver
    {
        public Task<HealthReading> ReadAsync(Instance instance, Uri statusUri, string release, CancellationToken cancellationToken) => throw new AppStatusException(ErrorId.Unreachable, "Nobody looks.");

        public Task DeployAsync(Instance instance, string release, int attempt, CancellationToken cancellationToken) => throw new InvalidOperationException("Nothing is deployed when it is closed.");

        public void OnRecord(JournalRecord record, RunState state)
        {
        }

        public void OnReport(Lane lane, string text)
        {
        }
    }
}
