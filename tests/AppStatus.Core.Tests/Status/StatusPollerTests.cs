using AppStatus.Core.Errors;
using AppStatus.Core.Status;
using AppStatus.Core.Tests.Clocks;

namespace AppStatus.Core.Tests.Status;

public sealed class StatusPollerTests
{
    private static readonly StatusTarget Target = new("web01", new Uri("http://web01/appstatus"));
    private static readonly StatusCondition Ready = new(AppStatusValue.Ready, Version: null);

    private readonly ManualTimeProvider _time = new();

    [Fact]
    public async Task Counts_only_right_readings_in_a_row()
    {
        var client = new ScriptedClient(_time, "ready", "ready", "stage", "ready", "ready", "ready");

        StatusWaitResult wait = await WaitAsync(client, Ready);

        wait.Reached.ShouldBeTrue();
        client.Asked.ShouldBe(6);
        wait.Elapsed.ShouldBe(TimeSpan.FromSeconds(5));
    }

    [Fact]
    public async Task Gives_up_at_the_deadline_with_the_last_reading()
    {
        var client = new ScriptedClient(_time, "stage");

        StatusWaitResult wait = await WaitAsync(client, Ready);

        wait.Reached.ShouldBeFalse();
        wait.Last.RawStatus.ShouldBe("stage");
        wait.Elapsed.ShouldBe(TimeSpan.FromSeconds(60));
    }

    [Fact]
    public async Task A_request_that_hangs_does_not_stretch_the_wait()
    {
        var client = new ScriptedClient(_time, "hang");

        StatusWaitResult wait = await WaitAsync(client, Ready);

        wait.Reached.ShouldBeFalse();
        wait.Elapsed.ShouldBe(TimeSpan.FromSeconds(60));
        wait.Last.Fault.ShouldNotBeNull().Id.ShouldBe(ErrorId.TimedOut);
    }

    [Fact]
    public async Task A_fault_begins_the_count_anew()
    {
        var client = new ScriptedClient(_time, "ready", "ready", "fault", "ready", "ready", "ready");

        (await WaitAsync(client, Ready)).Reached.ShouldBeTrue();

        client.Asked.ShouldBe(6);
    }

    [Fact]
    public async Task Ready_with_503_is_not_ready()
    {
        (await WaitAsync(new ScriptedClient(_time, "ready:503"), Ready)).Reached.ShouldBeFalse();
        (await WaitAsync(new ScriptedClient(_time, "stand-by:503"), new StatusCondition(AppStatusValue.StandBy, null))).Reached.ShouldBeTrue();
    }

    [Theory]
    [InlineData("1.0", true)]
    [InlineData("1.00", false)]
    [InlineData("1.\u00AD0", false)]
    public void Versions_are_compared_character_by_character(string version, bool met) =>
        new StatusCondition(null, version).IsMetBy(Reading("ready", 200, _time)).ShouldBe(met);

    [Fact]
    public async Task Cancelling_ends_the_wait_with_an_exception()
    {
        using var stop = new CancellationTokenSource();
        using var poller = new StatusPoller(new ScriptedClient(_time, "hang"), _time, limit: 1);

        Task<StatusWaitResult> wait = poller.WaitAsync(Target, Ready, Options, null, stop.Token);
        await stop.CancelAsync();

        await Should.ThrowAsync<OperationCanceledException>(wait);
#if !NETFRAMEWORK // there, a deadline on a clock that is not the system's keeps its timer until it is due
        _time.Waiting.ShouldBe(0);
#endif
    }

    [Fact]
    public async Task Holding_stops_at_the_first_wrong_reading()
    {
        var client = new ScriptedClient(_time, "ready", "stage", "ready");
        using var poller = new StatusPoller(client, _time, limit: 1);

        InstanceStatus last = await _time.RunAsync(
            poller.HoldAsync(Target, Ready, 3, TimeSpan.FromSeconds(1), TestContext.Current.CancellationToken), TimeSpan.FromMinutes(1));

        last.RawStatus.ShouldBe("stage");
        client.Asked.ShouldBe(2);
    }

    private static StatusWaitOptions Options => new() { Timeout = TimeSpan.FromSeconds(60) };

    private async Task<StatusWaitResult> WaitAsync(IStatusClient client, StatusCondition condition)
    {
        using var poller = new StatusPoller(client, _time, limit: 4);
        return await _time.RunAsync(poller.WaitAsync(Target, condition, Options, null, TestContext.Current.CancellationToken), TimeSpan.FromMinutes(10));
    }

    private static InstanceStatus Reading(string status, int code, TimeProvider time) => new()
    {
        Name = Target.Name,
        Uri = Target.Uri,
        RawStatus = status,
        Status = StatusText.Parse(status),
        StatusCode = code,
        Version = "1.0",
        CheckedAt = time.GetUtcNow(),
    };

    /// <summary>Answers as it was told; the last answer repeats.</summary>
    private sealed class ScriptedClient(TimeProvider time, params string[] answers) : IStatusClient
    {
        public int Asked { get; private set; }

        public async Task<InstanceStatus> GetAsync(StatusTarget target, CancellationToken cancellationToken)
        {
            string answer = answers[Math.Min(Asked++, answers.Length - 1)];
            if (answer == "hang") await time.DelayAsync(TimeSpan.FromDays(1), cancellationToken);
            if (answer == "fault") return Reading("", 0, time) with { Fault = new Fault(ErrorId.Unreachable, "down") };
            string[] parts = answer.Split(':');
            return Reading(parts[0], parts.Length > 1 ? int.Parse(parts[1], System.Globalization.CultureInfo.InvariantCulture) : 200, time);
        }

        public Task<InstanceStatus> SetAsync(StatusTarget target, AppStatusValue status, CancellationToken cancellationToken) => throw new NotSupportedException();
    }
}
