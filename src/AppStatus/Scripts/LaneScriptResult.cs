namespace AppStatus.Scripts;

/// <param name="Output">What it wrote, where objects were asked for.</param>
/// <param name="ExitCode">Of the last native command, or of the block itself where it called <c>exit</c>; 0 where neither happened.</param>
/// <param name="Error">What ended it; null: it came to its end.</param>
internal sealed record LaneScriptResult(IReadOnlyList<object?> Output, int ExitCode, string? Error)
{
    /// <summary>What the block called <c>exit</c> with; null: it did not.</summary>
    public int? Exited { get; init; }
}
