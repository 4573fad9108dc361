using System.Collections.ObjectModel;

namespace AppStatus.Scripts;

/// <summary>Hands every line of every stream on, as it comes.</summary>
internal static class LaneStreams
{
    /// <param name="objects">Takes the output as objects; null: output is lines, too.</param>
    public static void Forward(PowerShell shell, PSDataCollection<PSObject> output, Collection<object?>? objects, Action<LaneLine> line)
    {
        PSDataStreams streams = shell.Streams;
        OnAdded(output, item =>
        {
            if (objects is null) Lines("Output", item?.ToString(), line);
            else lock (objects) objects.Add(item?.BaseObject);
        });
        OnAdded(streams.Error, item => Lines("Error", item.ToString(), line));
        OnAdded(streams.Warning, item => Lines("Warning", item.Message, line));
        OnAdded(streams.Verbose, item => Lines("Verbose", item.Message, line));
        OnAdded(streams.Debug, item => Lines("Debug", item.Message, line));
        OnAdded(streams.Information, item => Lines("Information", item.MessageData?.ToString(), line));
    }

    private static void OnAdded<T>(PSDataCollection<T> items, Action<T> take) =>
        items.DataAdded += (_, added) => take(items[added.Index]);

    private static void Lines(string stream, string? text, Action<LaneLine> line)
    {
        foreach (string part in (text ?? "").TrimEnd('\r', '\n').Split('\n')) line(new LaneLine(stream, part.TrimEnd('\r')));
    }
}
