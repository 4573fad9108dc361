using AppStatus.Core.Errors;
using AppStatus.Core.Monitoring.Alerts;
using AppStatus.Core.Monitoring.Metrics;

namespace AppStatus.Core.Tests.Monitoring.Alerts;

public sealed class AlertEvaluatorTests
{
    private static readonly DateTimeOffset Start = new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);
    private static readonly MetricTarget Target = new("web01", "web01", 80);
    private static readonly AlertRule Busy = new() { Name = "busy", Metric = "cpu_percent", GreaterThan = 50, ForSec = 10, NoDataSec = 30 };

    [Fact]
    public void It_fires_when_every_reading_was_past_the_threshold_for_so_long() =>
        Phases(Busy, 5, 60, 70, 80, 90).ShouldBe("Pending Pending Firing! Firing");

    [Fact]
    public void One_reading_on_the_right_side_begins_it_anew() =>
        Phases(Busy, 5, 60, 70, 50, 80, 90, 95).ShouldBe("Pending Pending Ok Pending Pending Firing!");

    [Fact]
    public void At_the_threshold_nothing_is_wrong() => Phases(Busy with { ForSec = 0 }, 5, 50, 50.01, 50).ShouldBe("Ok Firing! Ok.");

    [Fact]
    public void Below_is_the_mirror_of_above() =>
        Phases(new AlertRule { Name = "low", Metric = "x", LessThan = 10, ClearAbove = 20 }, 5, 10, 9, 15, 20, 21).ShouldBe("Ok Firing! Firing Firing Ok.");

    [Fact]
    public void With_a_way_back_that_is_further_it_does_not_come_and_go() =>
        Phases(Busy with { ForSec = 0, ClearBelow = 40 }, 5, 51, 49, 51, 40, 39.9, 45).ShouldBe("Firing! Firing Firing Firing Ok. Ok");

    [Fact]
    public void No_data_keeps_what_fires_firing() => Phases(Busy with { ForSec = 0 }, 5, 60, null, null, null, null, null, null, null, 60, 40).ShouldBe(
        "Firing! Firing Firing Firing Firing Firing Firing Firing Firing Ok.");

    [Fact]
    public void No_data_fires_when_it_lasts() => Phases(Busy, 10, 40, null, null, null, null, null, 40).ShouldBe("Ok NoData NoData NoData Firing! Firing Ok.");

    [Fact]
    public void No_data_from_the_very_start_fires_too() => Phases(Busy, 10, null, null, null, null).ShouldBe("NoData NoData NoData Firing!");

    [Fact]
    public void No_data_between_values_past_the_threshold_is_no_break() => Phases(Busy, 5, 60, null, 60).ShouldBe("Pending NoData Firing!");

    [Fact]
    public void No_data_that_counts_as_past_fires_like_it() =>
        Phases(Busy with { OnNoData = NoDataAction.Fire }, 5, 40, null, null, null, 40).ShouldBe("Ok NoData NoData Firing! Ok.");

    [Fact]
    public void What_fired_for_want_of_data_needs_no_way_back_across_the_threshold() =>
        Phases(Busy with { ClearBelow = 10, NoDataSec = 0 }, 5, null, 40).ShouldBe("Firing! Ok.");

    [Fact]
    public void What_fired_for_want_of_data_and_is_past_the_threshold_goes_on_and_then_needs_the_way_back() =>
        Phases(Busy with { ClearBelow = 10, NoDataSec = 0 }, 5, null, 60, 40, 9).ShouldBe("Firing! Firing Firing Ok.");

    [Fact]
    public void The_first_reading_of_a_rate_is_nobodys_fault()
    {
        AlertRule strict = Busy with { OnNoData = NoDataAction.Fire, ForSec = 0 };
        (AlertStanding standing, Alert? happened) = AlertEvaluator.Step(strict, AlertStanding.Start, MetricReading.First(Target, "cpu_percent"), Start);
        happened.ShouldBeNull();
        standing.Phase.ShouldBe(AlertPhase.NoData);

        AlertEvaluator.Step(strict, standing, MetricReading.First(Target, "cpu_percent"), Start.AddSeconds(30)).Event.ShouldNotBeNull().NoData.ShouldBeTrue();
    }

    [Fact]
    public void An_alert_tells_what_since_when_and_how_much()
    {
        AlertRule rule = Busy with { Severity = AlertSeverity.Critical };
        (AlertStanding standing, _) = AlertEvaluator.Step(rule, AlertStanding.Start, Reading(60, 0), Start);

        Alert alert = AlertEvaluator.Step(rule, standing, Reading(70.25, 12), Start.AddSeconds(12)).Event.ShouldNotBeNull();

        (alert.Rule, alert.Instance, alert.Metric, alert.State, alert.Severity).ShouldBe(("busy", "web01", "cpu_percent", AlertState.Firing, AlertSeverity.Critical));
        (alert.Value, alert.Unit, alert.Threshold, alert.Since, alert.At).ShouldBe((70.25, "%", 50, Start, Start.AddSeconds(12)));
        alert.Message.ShouldBe("web01: cpu_percent is 70.25 %, above 50 % for 12 s.");
    }

    [Fact]
    public void An_alert_for_want_of_data_tells_why_there_is_none()
    {
        Alert alert = AlertEvaluator.Step(Busy with { NoDataSec = 0 }, AlertStanding.Start, MetricReading.None(Target, "cpu_percent", new Fault(ErrorId.Unreachable, "It\u001b is down.")), Start).Event.ShouldNotBeNull();

        (alert.NoData, alert.Value).ShouldBe((true, null));
        alert.Message.ShouldContain("is down");
        alert.Message.ShouldNotContain("\u001b");
    }

    [Theory]
    [InlineData(null, null, null, null)]
    [InlineData(1.0, 2.0, null, null)]
    [InlineData(double.NaN, null, null, null)]
    [InlineData(double.PositiveInfinity, null, null, null)]
    [InlineData(50.0, null, 51.0, null)]
    [InlineData(50.0, null, null, 40.0)]
    [InlineData(null, 50.0, null, 49.0)]
    [InlineData(null, 50.0, 60.0, null)]
    public void A_rule_that_makes_no_sense_is_none(double? above, double? below, double? clearBelow, double? clearAbove) =>
        new AlertRule { Name = "r", Metric = "m", GreaterThan = above, LessThan = below, ClearBelow = clearBelow, ClearAbove = clearAbove }.Check().ShouldNotBeNull().Id.ShouldBe(ErrorId.InvalidArgument);

    /// <summary>The phases in turn; ! where it fires, . where it clears.</summary>
    private static string Phases(AlertRule rule, double step, params double?[] values)
    {
        AlertStanding standing = AlertStanding.Start;
        var phases = new List<string>();
        for (int i = 0; i < values.Length; i++)
        {
            MetricReading reading = values[i] is { } value ? Reading(value, i * step) : MetricReading.None(Target, rule.Metric, new Fault(ErrorId.Unreachable, "it is down"));
            (standing, Alert? happened) = AlertEvaluator.Step(rule, standing, reading, Start.AddSeconds(i * step));
            phases.Add(standing.Phase + (happened?.State switch { AlertState.Firing => "!", AlertState.Cleared => ".", _ => "" }));
        }

        return string.Join(" ", phases);
    }

    private static MetricReading Reading(double value, double seconds) => MetricReading.Of(Target, "cpu_percent", value, "%", Start.AddSeconds(seconds));
}
