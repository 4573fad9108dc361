namespace AppStatus.Core.Environments.Containers;

/// <summary>A temporary file that nobody else may read, gone when it is disposed of.</summary>
internal sealed class PrivateFile : IDisposable
{
    /// <param name="text">What it holds.</param>
    public PrivateFile(string text)
    {
        // Made with the rights of its owner alone, on every system.
        Path = System.IO.Path.GetTempFileName();
        File.WriteAllText(Path, text);
    }

    public string Path { get; }

    public void Dispose() => File.Delete(Path);
}
