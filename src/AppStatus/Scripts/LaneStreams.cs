namespace AppStatus.Scripts;

/// <summary>Hands every line of every stream on, as it comes, and keeps none of it.</summary>
internal static class LaneStreams
{
    /// <param name="take">Takes the output as objects; null: output is lines, too.</param>
    public static void Forward(PowerShell shell, PSDataCollection<PSObject> output, Action<object?>? take, Action<LaneLine> line)
    {
        PSDataStreams streams = shell.Streams;
        OnAdded(output, item =>
        {
            if (take is null) Lines("Output", item?.ToString(), line);
            else take(item?.BaseObject);
        });
        OnAdded(streams.Error, item => Lines("Error", item.ToString(), line));
        OnAdded(streams.Warning, item => Lines("Warning", item.Message, line));
        OnAdded(streams.Verbose, item => Lines("Verbose", item.Message, line));
        OnAdded(streams.Debug, item => Lines("Debug", item.Message, line));
        OnAdded(streams.Information, item => Lines("Information", item.MessageData?.ToString(), line));
        // A lane shows its own progress.
        OnAdded(streams.Progress, static _ => { });
    }

    // What was told is taken out: a block may run, and talk, for hours.
    private static void OnAdded<T>(PSDataCollection<T> items, Action<T> take)
    {
        object order = new();
        items.DataAdded += (_, _) =>
        {
            lock (order)
                foreach (T item in items.ReadAll()) take(item);
        };
    }

    private static void Lines(string stream, string? text, Action<LaneLine> line)
    {
        foreach (string part in (text ?? "").TrimEnd('\r', '\n').Split('\n')) line(new LaneLine(stream, part.TrimEnd('\r')));
    }
}
