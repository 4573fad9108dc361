using System.Globalization;
using AppStatus.Core;
using AppStatus.Core.Deployments;
using AppStatus.Core.Deployments.Leases;
using AppStatus.Core.Errors;
using AppStatus.Scripts;

namespace AppStatus.Commands.Deployments;

/// <summary>A log file for each lane in the folder of -LogPath: what its scripts wrote, and what the engine did.</summary>
internal sealed class LaneLogs(string? folder) : IDisposable
{
    private readonly object _gate = new();
    private readonly Dictionary<string, StreamWriter> _files = new(StringComparer.Ordinal);
    private bool _closed;

    /// <summary>Makes the folder, so that a wrong path fails before anything is touched.</summary>
    /// <exception cref="AppStatusException"><see cref="ErrorId.InvalidArgument"/>: it can't be made.</exception>
    public void Open() => Try(path => Directory.CreateDirectory(path));

    /// <summary>As <see cref="Open"/>, and makes nothing.</summary>
    /// <exception cref="AppStatusException"><see cref="ErrorId.InvalidArgument"/>: files can't be made there.</exception>
    public void Check() => Try(WritableFolder.Require);

    public void Write(Instance instance, LaneLine line)
    {
        if (folder is null) return;
        lock (_gate)
        {
            if (!_files.TryGetValue(instance.Name, out StreamWriter? file))
                _files[instance.Name] = file = new StreamWriter(Path.Combine(folder, FileName(instance.Name)), append: true) { AutoFlush = true };
            file.WriteLine($"{MachineClock.UtcNow.ToString("yyyy-MM-ddTHH:mm:ss.fffZ", CultureInfo.InvariantCulture)} {line.Stream,-11} {line.Text}");
            // A block that could not be stopped may write when nobody waits for it any more: it is kept, and nothing stays open.
            if (_closed) Close();
        }
    }

    public void Dispose()
    {
        lock (_gate)
        {
            _closed = true;
            Close();
        }
    }

    private void Close()
    {
        foreach (StreamWriter file in _files.Values) file.Dispose();
        _files.Clear();
    }

    private void Try(Action<string> use)
    {
        if (folder is null) return;
        try
        {
            use(folder);
        }
        catch (Exception cause) when (cause is IOException or UnauthorizedAccessException)
        {
            throw new AppStatusException(ErrorId.InvalidArgument, $"-LogPath: {folder} can't be used as a folder: {cause.Message.TrimEnd('.')}. Nothing was touched.", "Name a folder, or one that can be made.", inner: cause);
        }
    }

    // Names that differ only in what no file name may have stay apart, and each run finds its file again.
    private static string FileName(string instance)
    {
        string clean = string.Concat(instance.Select(c => char.IsLetterOrDigit(c) || c is '.' or '-' ? c : '_'));
        return clean == instance ? $"{clean}.log" : $"{clean}-{FileLeaseStore.Hash(instance).Substring(0, 6)}.log";
    }
}
