namespace AppStatus.Scripts;

/// <param name="Last">The last object that it wrote, where objects were asked for; null: it wrote none.</param>
/// <param name="ExitCode">Of the last native command, or of the block itself where it called <c>exit</c>; 0 where neither happened.</param>
/// <param name="Error">What ended it; null: it came to its end.</param>
internal sealed record LaneScriptResult(object? Last, int ExitCode, string? Error)
{
    /// <summary>What the block called <c>exit</c> with; null: it did not.</summary>
    public int? Exited { get; init; }
}
