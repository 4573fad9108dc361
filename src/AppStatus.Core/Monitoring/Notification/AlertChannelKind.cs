namespace AppStatus.Core.Monitoring.Notification;

/// <summary>How people are told.</summary>
public enum AlertChannelKind
{
    Smtp,
    Webhook,
    EventLog,
}

/// <summary>What a webhook's receiver understands.</summary>
public enum WebhookFormat
{
    /// <summary>Plain JSON: subject, text, severity, at, and the alerts with their properties.</summary>
    Json,

    /// <summary>A message with an Adaptive Card, as a workflow of Microsoft Teams takes it.</summary>
    Teams,

    /// <summary>An incoming webhook of Slack.</summary>
    Slack,
}
