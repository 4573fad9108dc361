namespace AppStatus.Core.Status;

/// <summary>The words of the wire.</summary>
internal static class StatusText
{
    /// <summary>Compares ordinally: to a culture, <c>ready</c> with an invisible character in it equals <c>ready</c>.</summary>
    public static AppStatusValue Parse(string text) => text switch
    {
        _ when Is(text, "ready") => AppStatusValue.Ready,
        _ when Is(text, "stage") => AppStatusValue.Stage,
        _ when Is(text, "stand-by") || Is(text, "standby") => AppStatusValue.StandBy,
        _ => AppStatusValue.Unknown,
    };

    /// <summary>What is sent for a status.</summary>
    public static string ToWire(this AppStatusValue status) => status switch
    {
        AppStatusValue.Ready => "ready",
        AppStatusValue.Stage => "stage",
        AppStatusValue.StandBy => "stand-by",
        _ => throw new ArgumentOutOfRangeException(nameof(status), status, "No instance can be set to that."),
    };

    private static bool Is(string text, string word) => string.Equals(text, word, StringComparison.OrdinalIgnoreCase);
}
