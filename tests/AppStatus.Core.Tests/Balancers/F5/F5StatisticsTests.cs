using System.Text.Json;
using AppStatus.Core.Balancers.F5;

namespace AppStatus.Core.Tests.Balancers.F5;

public sealed class F5StatisticsTests
{
    private const string Leaf = """
        {"entries":{"nodeName":{"description":"/Common/10.0.0.1"},"poolName":{"description":"/Common/web"},"port":{"value":80},"addr":{"description":"10.0.0.1"},
        "serverside.curConns":{"value":3},"status.availabilityState":{"description":"available"},"status.enabledState":{"description":"enabled"},"status.statusReason":{"description":"Pool member is available"}}}
        """;

    private static readonly F5MemberStatistics Expected = new()
    {
        Pool = "/Common/web", Node = "/Common/10.0.0.1", Port = "80", Address = "10.0.0.1", Connections = 3, Availability = "available", Enabled = "enabled", Reason = "Pool member is available",
    };

    [Theory]
    [InlineData("{0}")] // version 11, flat
    [InlineData("""{"kind":"x","entries":{"https://localhost/a/stats":{"nestedStats":{0}}}}""")]
    [InlineData("""{"entries":{"https://localhost/a":{"nestedStats":{"entries":{"https://localhost/a/a/stats":{"nestedStats":{0}}}}}}}""")] // 12, 13: the name repeated
    [InlineData("""{"entries":{"https://localhost/p":{"nestedStats":{"entries":{"tmName":{"description":"/Common/web"},"serverside.curConns":{"value":99},"https://localhost/p/members/stats":{"nestedStats":{"entries":{"https://localhost/m":{"nestedStats":{0}}}}}}}}}}""")] // all pools
    public void Statistics_are_found_however_deep(string shape) => Read(shape.Replace("{0}", Leaf)).ShouldBe([Expected]);

    [Fact]
    public void Numbers_may_be_text() =>
        Read(Leaf.Replace("{\"value\":3}", "{\"value\":\"3\"}").Replace("{\"value\":80}", "{\"description\":\"80\"}")).ShouldBe([Expected]);

    [Fact]
    public void A_member_that_names_no_pool_belongs_to_the_one_around_it()
    {
        string leaf = Leaf.Replace("\"poolName\":{\"description\":\"/Common/web\"},", "");
        Read("""{"entries":{"https://localhost/p":{"nestedStats":{"entries":{"tmName":{"description":"/Common/web"},"https://localhost/m":{"nestedStats":{0}}}}}}}""".Replace("{0}", leaf)).ShouldBe([Expected]);
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("""{"entries":{}}""")]
    [InlineData("""{"entries":[]}""")]
    [InlineData("""{"entries":{"a":null}}""")]
    [InlineData("[]")]
    public void What_has_no_members_gives_none(string json) => Read(json).ShouldBeEmpty();

    [Fact]
    public void A_count_that_cannot_be_read_is_not_zero() => Read(Leaf.Replace("{\"value\":3}", "{\"value\":\"many\"}"))[0].Connections.ShouldBeNull();

    private static IReadOnlyList<F5MemberStatistics> Read(string json)
    {
        using JsonDocument document = JsonDocument.Parse(json);
        return F5Statistics.Read(document.RootElement);
    }
}
