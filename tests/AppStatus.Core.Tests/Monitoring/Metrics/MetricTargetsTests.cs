using AppStatus.Core.Monitoring.Metrics;
using AppStatus.Core.Status;

namespace AppStatus.Core.Tests.Monitoring.Metrics;

public sealed class MetricTargetsTests
{
    private static readonly StatusTargetSource Typed = new("web01:7001", "web01", 7001) { Typed = true, ComputerName = "web01" };

    [Fact]
    public void Without_more_the_metrics_are_where_the_instance_is() => Uri(Typed, new()).ShouldBe("http://web01:7001/metrics");

    [Fact]
    public void A_port_of_the_exporter_goes_before_the_instances_own() => Uri(Typed, new() { MetricsPort = 9182, MetricsPath = "m" }).ShouldBe("http://web01:9182/m");

    [Fact]
    public void A_whole_address_that_was_typed_is_taken_as_it_is() =>
        Uri(Typed with { Uri = new Uri("https://web01:8443/my/metrics") }, new() { MetricsPort = 9182 }).ShouldBe("https://web01:8443/my/metrics");

    [Fact]
    public void The_address_of_a_status_is_not_that_of_metrics() =>
        Uri(new("web01", "web01", 8443) { Uri = new Uri("https://web01:8443/appstatus") }, new()).ShouldBe("https://web01:8443/metrics");

    [Fact]
    public void A_template_goes_before_all() =>
        Uri(Typed, new() { MetricsUri = "https://{ComputerName}:9182/{Port}", MetricsPort = 1 }).ShouldBe("https://web01:9182/7001");

    [Fact]
    public void Two_instances_of_a_host_share_an_address_and_stay_two()
    {
        MetricTarget one = MetricTargets.Of(Typed, new() { MetricsPort = 9100 }), other = MetricTargets.Of(Typed with { Name = "web01:7002", Port = 7002 }, new() { MetricsPort = 9100 });

        one.MetricsUri.ShouldBe(other.MetricsUri);
        one.Key.ShouldNotBe(other.Key);
    }

    [Fact]
    public void A_container_is_named_by_a_template() =>
        MetricTargets.Of(Typed, new() { Source = MetricSourceKind.Container, ContainerName = "shop-{ComputerName}-{Port}" }).Container.ShouldBe("shop-web01-7001");

    private static string Uri(StatusTargetSource source, MetricSourceOptions options) => MetricTargets.Of(source, options).MetricsUri.ShouldNotBeNull().AbsoluteUri;
}
