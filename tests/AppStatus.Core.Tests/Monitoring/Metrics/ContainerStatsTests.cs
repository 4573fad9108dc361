using AppStatus.Core.Monitoring.Metrics.Containers;

namespace AppStatus.Core.Tests.Monitoring.Metrics;

public sealed class ContainerStatsTests
{
    private const string Docker = """{"BlockIO":"0B / 0B","CPUPerc":"150.25%","Container":"3f1a","ID":"3f1a5c2b9d11","MemPerc":"12.50%","MemUsage":"1.5MiB / 12MiB","Name":"app1","NetIO":"1kB / 0B","PIDs":"7"}""";

    [Fact]
    public void Docker_prints_a_line_for_each()
    {
        ContainerStats one = ContainerStats.Read(Docker + "\n" + Docker.Replace("app1", "app2") + "\n").ShouldNotBeNull()[0];

        (one.Name, one.CpuPercent, one.MemoryPercent, one.MemoryBytes, one.Processes).ShouldBe(("app1", 150.25, 12.5, 1.5 * 1024 * 1024, 7));
        one.Is("app1").ShouldBeTrue();
        one.Is("app").ShouldBeFalse();
        one.Is("3f1a5c2b9d11").ShouldBeTrue();
        one.Is("3f1a").ShouldBeFalse();
    }

    [Theory]
    [InlineData("""[{"id":"ab","name":"app1","cpu_percent":"1.50%","mem_usage":"2MB / 4GB","mem_percent":"0.05%","pids":"3"}]""", 1.5, 2e6)]
    [InlineData("""{"ContainerID":"ab","Name":"app1","CPU":1.5,"MemUsage":2000000,"MemPerc":0.05,"PIDs":3}""", 1.5, 2e6)]
    [InlineData("[\n {\n \"name\": \"app1\", \"cpu_percent\": \"1.50%\", \"mem_usage\": \"2MB / 4GB\"\n }\n]", 1.5, 2e6)]
    public void Podman_prints_other_things_for_the_same(string output, double cpu, double bytes)
    {
        ContainerStats one = ContainerStats.Read(output).ShouldNotBeNull().ShouldHaveSingleItem();

        (one.Name, one.CpuPercent, one.MemoryBytes).ShouldBe(("app1", cpu, bytes));
    }

    [Fact]
    public void One_that_does_not_run_tells_nothing()
    {
        ContainerStats one = ContainerStats.Read("""{"Name":"app1","CPUPerc":"--","MemPerc":"--","MemUsage":"-- / --","PIDs":"--"}""").ShouldNotBeNull()[0];

        (one.CpuPercent, one.MemoryPercent, one.MemoryBytes, one.Processes).ShouldBe((null, null, null, null));
    }

    [Fact]
    public void Warnings_between_the_lines_are_left_out() => ContainerStats.Read("WARNING: no swap limit\n" + Docker).ShouldNotBeNull().Count.ShouldBe(1);

    [Fact]
    public void Nothing_but_text_is_no_statistics() => ContainerStats.Read("CONTAINER ID  NAME  CPU %").ShouldBeNull();

    [Fact]
    public void No_output_is_no_container() => ContainerStats.Read("\n").ShouldNotBeNull().ShouldBeEmpty();
}
