using System.Text;
using System.Text.Json;
using AppStatus.Core.Balancers;
using AppStatus.Core.Deployments;
using AppStatus.Core.Deployments.Journal;
using AppStatus.Core.Deployments.Planning;
using AppStatus.Core.Errors;

namespace AppStatus.Core.Tests.Deployments.Journal;

public sealed class JournalLineTests
{
    private static readonly JournalEvent[] All =
    [
        new DeploymentStarted("d1", Given.Plan(
            Given.Options with { Reason = "why\n\"quoted\" \u2028 ü", Bake = TimeSpan.FromSeconds(90), OnDrainTimeout = DrainTimeoutAction.Force, DeployScriptHash = "ab", HasVersionCheck = true, ConfigSync = true, SaveConfig = true },
            [Given.Member(1) with { HealthReason = "L7OK", Connections = 4, Weight = 100, Share = 33.3, ComputerName = "web01.example" }, Given.Member(2, TrafficState.Offline)]), "host", "user", 42),
        new StepStarted("a:1", StepKind.Drain, 2, Capacity: 7),
        new StepStarted("a:1", StepKind.Deploy, 1),
        new StepSucceeded("a:1", StepKind.Drain, "seen", new Dictionary<string, TrafficState?> { ["lb1/web/a"] = TrafficState.Draining }),
        new StepSucceeded("a:1", StepKind.Verify, "", null),
        new StepFailed("a:1", StepKind.Restore, ErrorId.HttpError, "500", new Dictionary<string, TrafficState?> { ["lb1/web/a"] = null, ["lb1/api/a"] = TrafficState.Offline }),
        new StepFailed("a:1", StepKind.Deploy, ErrorId.DeployTimedOut, "late", null),
        new LaneEnded("a:1", LaneState.Failed, ErrorId.DeployFailed, "why"),
        new LaneEnded("a:1", LaneState.Succeeded, null, ""),
        new BakeStarted(3),
        new BakeEnded(3, new Dictionary<string, string> { ["a:1"] = "503" }),
        new BakeEnded(3, new Dictionary<string, string>(), "worse", "too few samples"),
        new BakeEnded(3, new Dictionary<string, string>(), CutShort: true),
        new ShareWithdrawn("nobody came"),
        new AlertFired("cpu", "a:1", "93 %"),
        new FleetCheckStarted(),
        new FleetChecked(new Dictionary<string, string> { ["a:1"] = "1.0" }),
        new FleetChecked(new Dictionary<string, string>(), CutShort: true),
        new Halted(ErrorId.CapacityLost, "none to spare"),
        new StopRequested("me", Immediate: true),
        new DeploymentResumed("me", "host", 43, RetryFailed: true),
        new Paused(PauseReason.WindowClosed, "late", TimeSpan.FromSeconds(90)),
        new ConfigurationKept("not saved"),
        new Continued("me"),
        new Denied("me"),
        new LanesUndone("d2", ["a:1"], Whole: true),
        new Closed("me"),
        new StepSucceeded("a:1", StepKind.Drain, "", null, new Dictionary<string, TrafficState> { ["lb1/web/a"] = TrafficState.Offline }),
        new StepFailed("a:1", StepKind.Restore, ErrorId.ChangedByOperator, "theirs", null, new Dictionary<string, TrafficState> { ["lb1/web/a"] = TrafficState.Offline }),
        new DeploymentEnded(DeploymentState.SucceededWithIssues),
    ];

    public static TheoryData<int> Kinds => [.. Enumerable.Range(0, All.Length)];

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Every_event_comes_back_with_every_property(int index)
    {
        var record = new JournalRecord(index + 1, Given.Start + TimeSpan.FromTicks(1234567), All[index]);

        byte[] line = JournalLine.Write(record);
        JournalRecord copy = JournalLine.Read(line.AsSpan(0, line.Length - 1)).ShouldNotBeNull();

        (copy.Sequence, copy.At, copy.Event.GetType()).ShouldBe((record.Sequence, record.At, record.Event.GetType()));
        Full(copy.Event).ShouldBe(Full(record.Event));
    }

    [Theory]
    [InlineData("BakeEnded", """{"type":"BakeEnded","wave":1,"unhealthy":{},"failure":"","inconclusive":""}""")]
    [InlineData("FleetChecked", """{"type":"FleetChecked","mismatched":{}}""")]
    public void An_event_of_before_there_was_a_word_for_cut_short_is_read_as_whole(string kind, string text)
    {
        JournalEvent copy = JsonSerializer.Deserialize(text, JournalJson.Default.JournalEvent).ShouldNotBeNull();
        (copy.GetType().Name, (copy as BakeEnded)?.CutShort ?? ((FleetChecked)copy).CutShort).ShouldBe((kind, false));
    }

    [Fact]
    public void Every_kind_of_event_is_tried() =>
        All.Select(item => item.GetType()).Distinct().Count().ShouldBe(typeof(JournalEvent).Assembly.GetTypes().Count(type => type.IsSubclassOf(typeof(JournalEvent))));

    [Fact]
    public void A_line_is_one_line_of_json_that_ends_in_its_checksum()
    {
        string line = Encoding.UTF8.GetString(JournalLine.Write(new JournalRecord(1, Given.Start, All[0])));
        line.IndexOf('\n', StringComparison.Ordinal).ShouldBe(line.Length - 1);
        JsonDocument.Parse(line).RootElement.EnumerateObject().Last().Name.ShouldBe("crc");
    }

    [Fact]
    public void The_checksum_is_crc_32c() => Crc32C.Of("123456789"u8).ShouldBe(0xE3069283u);

    // Reflection, not the journal's own generated code, so that a property which that leaves out is seen.
    private static string Full(object value) => value switch
    {
        string or ValueType => Convert.ToString(value, System.Globalization.CultureInfo.InvariantCulture)!,
        System.Collections.IDictionary pairs => string.Join(",", pairs.Keys.Cast<object>().Select(key => $"{key}={pairs[key]}")),
        Uri uri => uri.ToString(),
        System.Collections.IEnumerable items => $"[{string.Join(",", items.Cast<object>().Select(Full))}]",
        _ => $"{{{string.Join(",", value.GetType().GetProperties().Where(property => property.CanWrite).Select(property => $"{property.Name}:{(property.GetValue(value) is { } inner ? Full(inner) : "null")}"))}}}",
    };
}
