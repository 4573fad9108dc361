namespace AppStatus.Core.Reporting;

/// <summary>Something that happened to the deployment as a whole.</summary>
internal sealed record ReportMark(DateTimeOffset At, MarkLevel Level, string Text);

/// <summary>How bad it is.</summary>
internal enum MarkLevel
{
    Note,

    Warning,

    Failure,
}

/// <summary>A span of a journal in which no step ran, because nobody drove it or it waited for somebody.</summary>
internal sealed record QuietSpan(DateTimeOffset From, DateTimeOffset To);
