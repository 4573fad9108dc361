using System.Text.Json.Nodes;
using AppStatus.Core.Monitoring.Alerts;

namespace AppStatus.Core.Monitoring.Notification;

/// <summary>A notification in the words of its receiver. Nothing in it is taken for markup: it may quote what a server sent.</summary>
internal static class WebhookBody
{
    public static string Of(AlertNotification notification, WebhookFormat format) => (format switch
    {
        WebhookFormat.Teams => Teams(notification),
        WebhookFormat.Slack => Slack(notification),
        _ => Plain(notification),
    }).ToJsonString();

    private static JsonObject Plain(AlertNotification notification) => new()
    {
        ["subject"] = SafeText.Of(notification.Subject),
        ["text"] = SafeText.OfLines(notification.Text),
        ["severity"] = notification.Severity.ToString(),
        ["at"] = notification.At.ToString("o"),
        ["alerts"] = new JsonArray([.. notification.Alerts.Select(Plain)]),
    };

    private static JsonNode Plain(Alert alert) => new JsonObject
    {
        ["rule"] = SafeText.Of(alert.Rule),
        ["instance"] = SafeText.Of(alert.Instance),
        ["metric"] = SafeText.Of(alert.Metric),
        ["state"] = alert.State.ToString(),
        ["severity"] = alert.Severity.ToString(),
        ["value"] = alert.Value,
        ["unit"] = alert.Unit,
        ["threshold"] = alert.Threshold,
        ["noData"] = alert.NoData,
        ["since"] = alert.Since.ToString("o"),
        ["at"] = alert.At.ToString("o"),
        ["message"] = SafeText.Of(alert.Message),
    };

    // Text runs of a RichTextBlock know no Markdown; those of a TextBlock do.
    private static JsonObject Teams(AlertNotification notification)
    {
        var body = new JsonArray(Block(notification.Subject, bold: true, Colour(notification)));
        foreach (string line in Lines(notification)) body.Add(Block(line, bold: false, "Default"));
        return new JsonObject
        {
            ["type"] = "message",
            ["attachments"] = new JsonArray(new JsonObject
            {
                ["contentType"] = "application/vnd.microsoft.card.adaptive",
                ["contentUrl"] = null,
                ["content"] = new JsonObject
                {
                    ["$schema"] = "http://adaptivecards.io/schemas/adaptive-card.json",
                    ["type"] = "AdaptiveCard",
                    ["version"] = "1.4",
                    ["msteams"] = new JsonObject { ["width"] = "Full" },
                    ["body"] = body,
                },
            }),
        };
    }

    private static JsonObject Block(string text, bool bold, string colour) => new()
    {
        ["type"] = "RichTextBlock",
        ["inlines"] = new JsonArray(new JsonObject
        {
            ["type"] = "TextRun",
            ["text"] = SafeText.Of(text),
            ["weight"] = bold ? "Bolder" : "Default",
            ["color"] = colour,
        }),
    };

    private static string Colour(AlertNotification notification)
    {
        if (notification.Alerts.Count > 0 && notification.Alerts.All(alert => alert.State == AlertState.Cleared)) return "Good";
        return notification.Severity switch { AlertSeverity.Critical => "Attention", AlertSeverity.Warning => "Warning", _ => "Default" };
    }

    // plain_text is shown as it stands; the text beside it is what a phone shows, in Slack's markup.
    private static JsonObject Slack(AlertNotification notification) => new()
    {
        ["text"] = Escaped(SafeText.Of(notification.Subject)),
        ["blocks"] = new JsonArray(
            Section(notification.Subject),
            Section(string.Join("\n", Lines(notification)))),
    };

    private static JsonObject Section(string text) => new()
    {
        ["type"] = "section",
        // Slack refuses an empty text, and one of more than 3,000 characters.
        ["text"] = new JsonObject { ["type"] = "plain_text", ["text"] = text.Length == 0 ? "-" : SafeText.OfLines(text, 2900), ["emoji"] = false },
    };

    private static string Escaped(string text) => text.Replace("&", "&amp;").Replace("<", "&lt;").Replace(">", "&gt;");

    private static string[] Lines(AlertNotification notification) => SafeText.OfLines(notification.Text).Split(['\n', '\r'], StringSplitOptions.RemoveEmptyEntries);
}
