namespace AppStatus.Scripts;

/// <summary>A line that a script of a lane wrote.</summary>
/// <param name="Stream">Output, Error, Warning, Verbose, Debug or Information.</param>
internal sealed record LaneLine(string Stream, string Text);
