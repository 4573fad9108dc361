using AppStatus.Core.Errors;
using AppStatus.Core.Monitoring.Metrics;
using AppStatus.Core.Monitoring.Metrics.Expressions;
using AppStatus.Core.Tests.Clocks;

namespace AppStatus.Core.Tests.Monitoring.Metrics;

public sealed class GuardedMetricSourceTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(5);

    private static readonly MetricRequest Request = new(
        [new MetricTarget("a", "a", 1), new MetricTarget("b", "b", 2)], [MetricExpression.Named("x"), MetricExpression.Named("y")], TimeSpan.FromSeconds(5));

    private const string ShownRaw = "\u001b[31m";

    private readonly ManualTimeProvider _time = new();

    [Fact]
    public async Task What_a_source_throws_is_no_data_of_everything()
    {
        using var guard = new GuardedMetricSource(new ScriptedSource(_time, 1) { Throws = new InvalidOperationException("bang \u001b[31m") }, _time);

        IReadOnlyList<MetricReading> readings = await guard.ReadAsync(Request, CancellationToken.None);

        readings.Count.ShouldBe(4);
        readings.ShouldAllBe(reading => reading.Fault!.Id == ErrorId.Unexpected && !reading.Fault.Message.Contains(ShownRaw));
    }

    [Theory]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    [InlineData(double.NegativeInfinity)]
    public async Task What_is_no_number_is_no_data(double value)
    {
        using var guard = new GuardedMetricSource(new ScriptedSource(_time, value), _time);

        (await guard.ReadAsync(Request, CancellationToken.None)).ShouldAllBe(reading => reading.Sample == null && reading.Fault!.Id == ErrorId.NoData);
    }

    [Fact]
    public async Task What_a_source_leaves_out_is_no_data()
    {
        using var guard = new GuardedMetricSource(new ForgetfulSource(), _time);

        IReadOnlyList<MetricReading> readings = await guard.ReadAsync(Request, CancellationToken.None);

        readings.Select(reading => (reading.Target.Name, reading.Metric, reading.Sample?.Value)).ShouldBe([("a", "x", null), ("a", "y", null), ("b", "x", null), ("b", "y", 7.0)]);
    }

    [Fact]
    public async Task A_source_that_hangs_is_no_data_at_the_deadline_and_is_not_asked_again_before_it_has_ended()
    {
        var hanging = new ScriptedSource(_time, 1) { Takes = number => number == 1 ? TimeSpan.FromSeconds(60) : TimeSpan.Zero, IgnoresTheToken = true };
        using var guard = new GuardedMetricSource(hanging, _time);

        (await _time.RunAsync(guard.ReadAsync(Request, CancellationToken.None), Limit)).ShouldAllBe(reading => reading.Fault!.Id == ErrorId.TimedOut);
        _time.Elapsed.ShouldBeLessThan(TimeSpan.FromSeconds(6));
        (await guard.ReadAsync(Request, CancellationToken.None)).ShouldAllBe(reading => reading.Fault!.Id == ErrorId.TimedOut);
        hanging.Reads.ShouldBe(1);
        _time.Advance(TimeSpan.FromSeconds(60));

        (await guard.ReadAsync(Request, CancellationToken.None)).ShouldAllBe(reading => reading.Sample != null);
        hanging.MostAtOnce.ShouldBe(1);
    }

    [Fact]
    public async Task Only_the_callers_own_cancellation_comes_out()
    {
        using var guard = new GuardedMetricSource(new ScriptedSource(_time, 1) { Takes = _ => TimeSpan.FromSeconds(3) }, _time);
        using var stop = new CancellationTokenSource();
        Task<IReadOnlyList<MetricReading>> read = guard.ReadAsync(Request, stop.Token);

        stop.Cancel();

        await Should.ThrowAsync<OperationCanceledException>(read);
    }

    private sealed class ForgetfulSource : IMetricSource
    {
        public Task<IReadOnlyList<MetricReading>> ReadAsync(MetricRequest request, CancellationToken cancellationToken) =>
            Task.FromResult<IReadOnlyList<MetricReading>>([MetricReading.Of(request.Targets[1], "y", 7, "", default), MetricReading.Of(new MetricTarget("c", "c", 1), "x", 9, "", default)]);

        public void Dispose()
        {
        }
    }
}
