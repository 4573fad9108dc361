namespace AppStatus.Scripts;

/// <summary>A script was told to stop and goes on in spite of it, out of anybody's sight.</summary>
/// <param name="end">Ends when the script does, and its session is closed; never fails.</param>
internal sealed class ScriptNotStoppedException(Task end, CancellationToken token)
    : OperationCanceledException("The script was told to stop, and goes on.", token)
{
    public Task End { get; } = end;
}
