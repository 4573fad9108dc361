using AppStatus.Core.Monitoring.Alerts;

namespace AppStatus.Core.Tests.Monitoring.Alerts;

public sealed class AlertGrouperTests
{
    private static readonly DateTimeOffset Start = new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);

    [Fact]
    public void What_is_new_is_told_together_and_once()
    {
        var told = new Teller(300);
        told.At(0, Fires("a"), Fires("b")).ShouldBe("a! b!");
        told.At(5, Fires("a"), Fires("b")).ShouldBe("");
        told.At(10, Fires("a"), Clears("b"), Fires("c")).ShouldBe("b. c!");
    }

    [Fact]
    public void What_stays_is_told_again_with_all_that_stays()
    {
        var told = new Teller(300);
        told.At(0, Fires("a")).ShouldBe("a!");
        told.At(200, Fires("a"), Fires("b")).ShouldBe("b!");
        told.At(299, Fires("a"), Fires("b")).ShouldBe("");
        told.At(300, Fires("a"), Fires("b")).ShouldBe("a! b!");
        told.At(599, Fires("a"), Fires("b")).ShouldBe("");
        told.At(600, Fires("a"), Fires("b")).ShouldBe("a! b!");
    }

    [Fact]
    public void What_comes_and_goes_is_told_once_in_each_interval()
    {
        var told = new Teller(300);
        told.At(0, Fires("a")).ShouldBe("a!");
        told.At(10, Clears("a")).ShouldBe("a.");
        told.At(20, Fires("a")).ShouldBe("");
        told.At(30, Clears("a")).ShouldBe("");
        told.At(299, Fires("a")).ShouldBe("");
        told.At(300, Fires("a")).ShouldBe("a!");
        told.At(301, Clears("a")).ShouldBe("a.");
    }

    [Fact]
    public void Without_an_interval_nothing_is_told_again_and_nothing_held_back()
    {
        var told = new Teller(0);
        told.At(0, Fires("a")).ShouldBe("a!");
        told.At(9999, Fires("a")).ShouldBe("");
        told.At(10000, Clears("a")).ShouldBe("a.");
        told.At(10001, Fires("a")).ShouldBe("a!");
    }

    [Fact]
    public void What_is_over_before_it_was_told_is_never_told()
    {
        var told = new Teller(300);
        told.At(0, Clears("a")).ShouldBe("");
    }

    [Fact]
    public void What_was_not_delivered_is_still_to_be_told()
    {
        var grouper = new AlertGrouper(TimeSpan.FromSeconds(300));
        grouper.Due([Fires("a")], Start).Count.ShouldBe(1);
        grouper.Due([Fires("a"), Fires("b")], Start.AddSeconds(5)).Count.ShouldBe(2);
    }

    private static Alert Fires(string instance) => new() { Rule = "r", Instance = instance, Metric = "m", State = AlertState.Firing, Message = "" };

    private static Alert Clears(string instance) => Fires(instance) with { State = AlertState.Cleared };

    private sealed class Teller(int repeatSec)
    {
        private AlertGrouper _grouper = new(TimeSpan.FromSeconds(repeatSec));

        public string At(double seconds, params Alert[] latest)
        {
            DateTimeOffset now = Start.AddSeconds(seconds);
            IReadOnlyList<Alert> due = _grouper.Due(latest, now);
            if (due.Count > 0) _grouper = _grouper.With(due, now);
            return string.Join(" ", due.Select(alert => alert.Instance + (alert.State == AlertState.Firing ? "!" : ".")));
        }
    }
}
