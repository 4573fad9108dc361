using AppStatus.Core.Deployments;

namespace AppStatus.Core.Tests.Deployments;

public sealed class DeploymentIdTests
{
    [Fact]
    public void Those_of_one_second_sort_by_time()
    {
        string[] ids = [.. Enumerable.Range(0, 1000).Select(millisecond => DeploymentId.New(Given.Start + TimeSpan.FromMilliseconds(millisecond)))];
        ids.OrderBy(id => id, StringComparer.Ordinal).ShouldBe(ids);
    }

    [Fact]
    public void Those_of_one_moment_differ() =>
        Enumerable.Range(0, 10).Select(_ => DeploymentId.New(Given.Start)).Distinct().Count().ShouldBeGreaterThan(1);
}
