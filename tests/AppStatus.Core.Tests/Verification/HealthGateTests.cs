using AppStatus.Core.Deployments;
using AppStatus.Core.Tests.Clocks;
using AppStatus.Core.Verification;

namespace AppStatus.Core.Tests.Verification;

public sealed class HealthGateTests
{
    private static readonly Uri Uri = new("http://10.0.0.1/appstatus");
    private static readonly Instance Instance = new() { Name = "web01", Address = "10.0.0.1", Port = 80, Uri = Uri };
    private readonly ManualTimeProvider _clock = new();

    [Theory]
    [InlineData("1", 2, true, 2.0)]
    [InlineData("0001", 2, true, 3.5)]
    [InlineData("1101", 2, true, 3.5)]
    [InlineData("0", 2, false, 10.0)]
    [InlineData("10", 0, true, 0.0)]
    [InlineData("v", 2, false, 10.0)]
    public async Task Health_must_last_without_a_break_within_the_deadline(string looks, double stable, bool reached, double after)
    {
        var probe = new Script(looks);
        (bool Reached, HealthReading Last) result = await _clock.RunAsync(
            new HealthGate(probe, _clock).AwaitAsync(Instance, Uri, "2.0", TimeSpan.FromSeconds(stable), TimeSpan.FromSeconds(10), requireVersion: true, CancellationToken.None), TimeSpan.FromMinutes(1));

        result.Reached.ShouldBe(reached);
        _clock.Elapsed.TotalSeconds.ShouldBe(after);
    }

    [Theory]
    [InlineData("v", 2, "v", 4.5)]
    [InlineData("vvvvv1", 2, "1", 4.5)]
    [InlineData("vv0v", 2, "v", 6.0)]
    [InlineData("0", 2, "0", 10.0)]
    public async Task Another_version_that_may_be_settled_later_is_waited_for_as_long_again(string looks, double stable, string last, double after)
    {
        (bool Reached, HealthReading Last) result = await _clock.RunAsync(
            new HealthGate(new Script(looks), _clock).AwaitAsync(Instance, Uri, "2.0", TimeSpan.FromSeconds(stable), TimeSpan.FromSeconds(10), requireVersion: false, CancellationToken.None), TimeSpan.FromMinutes(1));

        (result.Reached, result.Last.Healthy).ShouldBe((last != "0", last != "0"));
        result.Last.RunsExpected.ShouldBe(last != "v");
        _clock.Elapsed.TotalSeconds.ShouldBe(after);
    }

    [Theory]
    [InlineData("1", true, 1)]
    [InlineData("01", true, 2)]
    [InlineData("0", false, 3)]
    public async Task One_bad_look_is_no_verdict_and_three_are(string looks, bool healthy, int asked)
    {
        var probe = new Script(looks);
        HealthReading reading = await _clock.RunAsync(new HealthGate(probe, _clock).LookAsync(Instance, Uri, "2.0", versionToo: false, CancellationToken.None), TimeSpan.FromMinutes(1));
        (reading.Healthy, probe.Asked).ShouldBe((healthy, asked));
    }

    [Fact]
    public async Task The_version_counts_only_where_it_is_asked_for()
    {
        var probe = new Script("v");
        await _clock.RunAsync(new HealthGate(probe, _clock).LookAsync(Instance, Uri, "2.0", versionToo: false, CancellationToken.None), TimeSpan.FromMinutes(1));
        probe.Asked.ShouldBe(1);
        await _clock.RunAsync(new HealthGate(probe, _clock).LookAsync(Instance, Uri, "2.0", versionToo: true, CancellationToken.None), TimeSpan.FromMinutes(1));
        probe.Asked.ShouldBe(4);
    }

    [Theory]
    [InlineData("1", null, 5.0)]
    [InlineData("110110111", null, 5.0)]
    [InlineData("11000", "503", 2.0)]
    public async Task A_watch_ends_when_health_is_lost_or_the_time_is_over(string looks, string? seen, double after)
    {
        string? lost = await _clock.RunAsync(
            new HealthGate(new Script(looks), _clock).WatchAsync(Instance, Uri, "2.0", TimeSpan.FromSeconds(5), CancellationToken.None), TimeSpan.FromMinutes(1));
        lost.ShouldBe(seen);
        _clock.Elapsed.TotalSeconds.ShouldBeInRange(after, after + 1);
    }

    // 1 healthy, 0 not, v healthy with another version; the last one repeats.
    private sealed class Script(string looks) : IHealthProbe
    {
        public int Asked { get; private set; }

        public Task<HealthReading> ReadAsync(Instance instance, Uri statusUri, string release, CancellationToken cancellationToken)
        {
            char look = looks[Math.Min(Asked++, looks.Length - 1)];
            return Task.FromResult(new HealthReading(look != '0', look == 'v' ? "1.0" : "2.0", look != 'v', look == '0' ? "503" : "200"));
        }
    }
}
