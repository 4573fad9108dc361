namespace AppStatus.Scripts;

/// <param name="Output">What it wrote, where objects were asked for.</param>
/// <param name="ExitCode">Of the last native command; 0 where none ran.</param>
/// <param name="Error">What ended it; null: it came to its end.</param>
internal sealed record LaneScriptResult(IReadOnlyList<object?> Output, int ExitCode, string? Error);
