using AppStatus.Core.Errors;
using AppStatus.Core.Monitoring.Metrics.Expressions;

namespace AppStatus.Core.Tests.Monitoring.Metrics;

public sealed class MetricExpressionTests
{
    private const string Requests = "http_requests_total{code=\"200\"} ";
    private const string Errors = "http_requests_total{code=\"500\"} ";

    [Fact]
    public void A_gauge_is_its_value() => Value("queue_length", "queue_length 3").ShouldBe((3, ""));

    [Fact]
    public void A_gauge_of_several_series_must_be_chosen_from()
    {
        const string scrape = "disk_bytes{d=\"a\"} 1\ndisk_bytes{d=\"b\"} 2";

        Missing("disk_bytes", scrape).Id.ShouldBe(ErrorId.NoData);
        Value("disk_bytes{d=\"b\"}", scrape).ShouldBe((2, "B"));
        Value("disk_bytes{d='b'}", scrape).ShouldBe((2, "B"));
        Value("disk_bytes{d!=\"a\"}", scrape).ShouldBe((2, "B"));
        Value("disk_bytes{d=~\"[bc]\"}", scrape).ShouldBe((2, "B"));
        Value("disk_bytes{d!~\"a|c\"}", scrape).ShouldBe((2, "B"));
        Missing("disk_bytes{d=\"c\"}", scrape).Id.ShouldBe(ErrorId.MetricNotFound);
    }

    [Fact]
    public void A_pattern_matches_the_whole_value() => Missing("g{d=~\"b\"}", "g{d=\"abc\"} 1").Id.ShouldBe(ErrorId.MetricNotFound);

    [Fact]
    public void A_counter_is_its_growth_per_second_over_all_its_series()
    {
        MetricExpression.Parse("bytes_total").Evaluate(Scrapes.Of("bytes_total 1"), before: null).WarmingUp.ShouldBeTrue();
        MetricValue rate = Scrapes.Evaluate("x_bytes_total", "x_bytes_total{d=\"a\"} 10\nx_bytes_total{d=\"b\"} 5", "x_bytes_total{d=\"a\"} 40\nx_bytes_total{d=\"b\"} 25");
        (rate.Value, rate.Unit).ShouldBe((5, "B/s"));
    }

    [Fact]
    public void A_counter_that_began_anew_has_grown_from_zero() => Scrapes.Evaluate("x_total", "x_total 1000", "x_total 20").Value.ShouldBe(2);

    [Fact]
    public void A_series_that_is_new_stood_at_zero() => Scrapes.Evaluate("x_total", "x_total{c=\"a\"} 5", "x_total{c=\"a\"} 5\nx_total{c=\"b\"} 30").Value.ShouldBe(3);

    [Fact]
    public void A_label_value_that_is_not_there_yet_is_none_so_far_and_a_label_that_is_not_is_a_mistake()
    {
        Scrapes.Evaluate("http_requests_total{code=\"500\"}", Requests + "1", Requests + "9").Value.ShouldBe(0);
        Scrapes.Evaluate("http_requests_total{cod=\"500\"}", Requests + "1", Requests + "9").Missing.ShouldNotBeNull().Id.ShouldBe(ErrorId.MetricNotFound);
    }

    [Theory]
    [InlineData("g NaN")]
    [InlineData("g +Inf")]
    [InlineData("g -Inf")]
    [InlineData("g 1 1000")] // from 1970
    public void A_value_that_says_nothing_is_no_data(string scrape) => Missing("g", scrape).Id.ShouldBe(ErrorId.NoData);

    [Fact]
    public void A_counter_that_says_nothing_is_no_data() => Scrapes.Evaluate("x_total", "x_total 1", "x_total NaN").Missing.ShouldNotBeNull().Id.ShouldBe(ErrorId.NoData);

    [Fact]
    public void A_share_is_a_percentage_of_growth() =>
        Scrapes.Evaluate("http_requests_total{code=~\"5..\"} / http_requests_total", Requests + "100", Requests + "198\n" + Errors + "2").Value.ShouldBe(2);

    [Fact]
    public void A_share_of_nothing_is_no_data() =>
        Scrapes.Evaluate("http_requests_total{code=~\"5..\"} / http_requests_total", Requests + "100", Requests + "100").Missing.ShouldNotBeNull().Id.ShouldBe(ErrorId.NoData);

    [Theory]
    [InlineData("http_requests_total{code=\"200\"} ", "http_requests_total{code=\"503\"} ")]
    [InlineData("http_requests_total{status=\"2xx\"} ", "http_requests_total{status=\"5xx\"} ")]
    [InlineData("http_requests_received_total{code=\"200\"} ", "http_requests_received_total{code=\"500\"} ")]
    [InlineData("http_server_request_duration_seconds_count{http_response_status_code=\"200\"} ", "http_server_request_duration_seconds_count{http_response_status_code=\"500\"} ")]
    public void Error_percent_knows_the_usual_counters(string good, string bad)
    {
        MetricValue errors = Scrapes.Evaluate("error_percent", good + "0\n" + bad + "4", good + "95\n" + bad + "9");

        (errors.Value, errors.Unit).ShouldBe((5, "%"));
        Scrapes.Evaluate("request_rate", good + "0\n" + bad + "4", good + "95\n" + bad + "9").Value.ShouldBe(10);
    }

    [Fact]
    public void Error_percent_is_zero_only_where_requests_came()
    {
        Scrapes.Evaluate("error_percent", Requests + "1", Requests + "2").Value.ShouldBe(0);
        Scrapes.Evaluate("error_percent", Requests + "1", Requests + "1").Missing.ShouldNotBeNull().Why.ShouldContain("no request");
        Scrapes.Evaluate("error_percent", "http_requests_total 1", "http_requests_total 2").Missing.ShouldNotBeNull().Id.ShouldBe(ErrorId.MetricNotFound);
        Missing("error_percent", "").Id.ShouldBe(ErrorId.MetricNotFound);
    }

    [Fact]
    public void A_process_uses_so_much_of_a_processor() =>
        Scrapes.Evaluate("process_cpu_percent", "process_cpu_seconds_total 1", "process_cpu_seconds_total 16").Value.ShouldBe(150);

    [Fact]
    public void The_memory_of_a_process_has_two_names()
    {
        Value("process_memory_bytes", "process_resident_memory_bytes 5").ShouldBe((5, "B"));
        Value("process_memory_bytes", "process_working_set_bytes 6").ShouldBe((6, "B"));
    }

    [Theory]
    [InlineData("")]
    [InlineData("{a=\"b\"}")]
    [InlineData("a b")]
    [InlineData("a /")]
    [InlineData("a / b / c")]
    [InlineData("a{")]
    [InlineData("a{b}")]
    [InlineData("a{b=c}")]
    [InlineData("a{b=\"c}")]
    [InlineData("a{b=\"c\" d=\"e\"}")]
    [InlineData("a{b=~\"(\"}")]
    [InlineData("cpu percent")]
    public void What_is_no_metric_is_refused(string text) =>
        Should.Throw<AppStatusException>(() => MetricExpression.Parse(text)).Id.ShouldBe(ErrorId.InvalidArgument);

    private static (double, string) Value(string metric, string scrape)
    {
        MetricValue value = MetricExpression.Parse(metric).Evaluate(Scrapes.Of(scrape), before: null);
        value.Missing.ShouldBeNull();
        return (value.Value, value.Unit);
    }

    private static MissingData Missing(string metric, string scrape) => MetricExpression.Parse(metric).Evaluate(Scrapes.Of(scrape), before: null).Missing.ShouldNotBeNull();
}
