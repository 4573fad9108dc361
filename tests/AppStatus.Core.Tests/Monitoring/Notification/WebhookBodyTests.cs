using System.Text.Json;
using AppStatus.Core.Monitoring.Alerts;
using AppStatus.Core.Monitoring.Notification;

namespace AppStatus.Core.Tests.Monitoring.Notification;

public sealed class WebhookBodyTests
{
    private const string Nasty = "web\u001b[31m <!channel> [a](http://evil) ##vso[task.complete]";

    private static readonly AlertNotification Notification = AlertNotification.Of(
        [
            new Alert { Rule = "busy", Instance = "web01", Metric = "cpu_percent", State = AlertState.Firing, Severity = AlertSeverity.Warning, Value = 60, Unit = "%", Threshold = 50, Message = "It is busy." },
            new Alert { Rule = "full", Instance = Nasty, Metric = "disk_percent", State = AlertState.Cleared, Severity = AlertSeverity.Critical, Message = Nasty },
        ],
        new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.Zero));

    [Fact]
    public void Json_has_the_alerts_with_their_properties()
    {
        JsonElement body = Body(WebhookFormat.Json);

        body.GetProperty("severity").GetString().ShouldBe("Critical");
        body.GetProperty("alerts").GetArrayLength().ShouldBe(2);
        JsonElement first = body.GetProperty("alerts")[0];
        (first.GetProperty("rule").GetString(), first.GetProperty("state").GetString(), first.GetProperty("value").GetDouble(), first.GetProperty("threshold").GetDouble()).ShouldBe(("busy", "Firing", 60, 50));
    }

    [Fact]
    public void Teams_gets_an_adaptive_card_without_markdown()
    {
        JsonElement attachment = Body(WebhookFormat.Teams).GetProperty("attachments")[0];

        attachment.GetProperty("contentType").GetString().ShouldBe("application/vnd.microsoft.card.adaptive");
        JsonElement[] blocks = [.. attachment.GetProperty("content").GetProperty("body").EnumerateArray()];
        blocks.Length.ShouldBe(3);
        blocks.ShouldAllBe(block => block.GetProperty("type").GetString() == "RichTextBlock");
        blocks[1].GetProperty("inlines")[0].GetProperty("text").GetString().ShouldNotBeNull().ShouldContain("It is busy.");
    }

    [Fact]
    public void Slack_gets_text_that_calls_nobody()
    {
        JsonElement body = Body(WebhookFormat.Slack);

        body.GetProperty("text").GetString().ShouldNotBeNull().ShouldNotContain("<!");
        body.GetProperty("blocks").EnumerateArray().ShouldAllBe(block => block.GetProperty("text").GetProperty("type").GetString() == "plain_text");
    }

    [Theory]
    [InlineData(WebhookFormat.Json)]
    [InlineData(WebhookFormat.Teams)]
    [InlineData(WebhookFormat.Slack)]
    public void What_servers_send_is_harmless(WebhookFormat format)
    {
        string text = string.Join("\n", Texts(Body(format)));

        text.ShouldContain("web");
        text.ShouldNotContain("\u001b");
        text.ShouldNotContain("##vso[");
    }

    [Fact]
    public void The_subject_counts_what_happened()
    {
        Notification.Subject.ShouldStartWith("[Critical] 1 firing, 1 cleared: web01, web");
        Notification.Text.ShouldStartWith("FIRING");
    }

    private static JsonElement Body(WebhookFormat format)
    {
        using JsonDocument document = JsonDocument.Parse(WebhookBody.Of(Notification, format));
        return document.RootElement.Clone();
    }

    private static IEnumerable<string> Texts(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.String => [element.GetString()!],
        JsonValueKind.Array => element.EnumerateArray().SelectMany(Texts),
        JsonValueKind.Object => element.EnumerateObject().SelectMany(property => Texts(property.Value)),
        _ => [],
    };
}
