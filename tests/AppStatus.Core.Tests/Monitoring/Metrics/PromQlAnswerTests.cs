using AppStatus.Core.Errors;
using AppStatus.Core.Monitoring.Metrics;
using AppStatus.Core.Monitoring.Metrics.PromQl;

namespace AppStatus.Core.Tests.Monitoring.Metrics;

public sealed class PromQlAnswerTests
{
    private static readonly Uri Server = new("http://prometheus:9090");

    [Fact]
    public void A_vector_has_a_value_for_each_instance() => Read("""
        {"status":"success","data":{"resultType":"vector","result":[
          {"metric":{"instance":"web01:9100","job":"x"},"value":[1435781451.781,"1.5"]},
          {"metric":{},"value":[1435781451.781,"NaN"]}]}}
        """).ShouldBe([new PromQlSeries("web01:9100", 1.5), new PromQlSeries("", double.NaN)]);

    [Fact]
    public void A_scalar_has_one_for_nobody() =>
        Read("""{"status":"success","data":{"resultType":"scalar","result":[1435781451.781,"2"]}}""").ShouldBe([new PromQlSeries("", 2)]);

    [Theory]
    [InlineData("""{"status":"error","errorType":"bad_data","error":"parse error"}""", ErrorId.QueryRefused)]
    [InlineData("""{"status":"success","data":{"resultType":"matrix","result":[]}}""", ErrorId.QueryRefused)]
    [InlineData("""{"status":"success","data":{"resultType":"vector","result":[{"metric":{},"value":[1,"x"]}]}}""", ErrorId.InvalidResponse)]
    [InlineData("""{"status":"success","data":{"resultType":"vector","result":[{"metric":{},"value":[1]}]}}""", ErrorId.InvalidResponse)]
    [InlineData("""{"status":"success","data":{"resultType":"vector","result":[{"metric":{}}]}}""", ErrorId.InvalidResponse)]
    [InlineData("""{"status":"success"}""", ErrorId.InvalidResponse)]
    [InlineData("""{"status":"ready"}""", ErrorId.InvalidResponse)]
    [InlineData("[]", ErrorId.InvalidResponse)]
    [InlineData("", ErrorId.InvalidResponse)]
    [InlineData("<html>", ErrorId.InvalidResponse)]
    public void Anything_else_is_refused(string body, ErrorId id) => PromQlAnswer.TryRead(body, Server, out _).ShouldNotBeNull().Id.ShouldBe(id);

    [Theory]
    [InlineData("web01:9100", 0)] // The host's exporter, or another instance there: nobody said that it is meant.
    [InlineData("web01:7001", 1)]
    [InlineData("WEB01", 1)]
    [InlineData("10.0.0.1:7001", 1)]
    [InlineData("/Common/web01:7001", 1)]
    [InlineData("web011:7001", 0)]
    [InlineData("eb01:7001", 0)]
    [InlineData("10.0.0.11:7001", 0)]
    [InlineData("", 0)]
    public void The_instance_label_is_compared_by_host_and_port(string label, int found)
    {
        var target = new MetricTarget("/Common/web01:7001", "10.0.0.1", 7001) { ComputerName = "web01" };

        InstanceLabel.Of([new PromQlSeries(label, 1), new PromQlSeries("other:1", 2)], target, alone: false).Count.ShouldBe(found);
    }

    [Fact]
    public void The_port_that_prometheus_scrapes_may_be_named()
    {
        MetricTarget target = MetricTargets.Of(new("app", "web01", 7001), new() { Source = MetricSourceKind.PromQL, MetricsPort = 9100 });

        InstanceLabel.Of([new PromQlSeries("web01:7001", 2), new PromQlSeries("web01:9100", 1)], target, alone: false).ShouldHaveSingleItem().Value.ShouldBe(1);
    }

    [Fact]
    public void An_instance_without_a_port_is_its_host() =>
        InstanceLabel.Of([new PromQlSeries("web01:9100", 1)], new MetricTarget("app", "web01", null), alone: false).ShouldHaveSingleItem();

    [Fact]
    public void A_result_without_instance_is_that_of_the_only_one()
    {
        PromQlSeries nobodys = new("", 1);
        var target = new MetricTarget("web01", "web01", 7001);

        InstanceLabel.Of([nobodys], target, alone: true).ShouldHaveSingleItem();
        InstanceLabel.Of([nobodys], target, alone: false).ShouldBeEmpty();
    }

    private static IReadOnlyList<PromQlSeries> Read(string body)
    {
        PromQlAnswer.TryRead(body, Server, out PromQlAnswer? answer).ShouldBeNull();
        return answer.ShouldNotBeNull().Series;
    }
}
