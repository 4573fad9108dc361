namespace AppStatus.Help;

/// <summary>What is wrong, written as MSBuild reads it: an error fails the build.</summary>
internal sealed class Complaints(TextWriter output)
{
    public bool Failed { get; private set; }

    public void Error(string file, int line, string text)
    {
        Failed = true;
        output.WriteLine($"{file}({line}): error HELP001: {text}");
    }

    public void Warn(string file, int line, string text) => output.WriteLine($"{file}({line}): warning HELP002: {text}");

    public void NotExported(IEnumerable<string> cmdlets, string manifest)
    {
        foreach (string name in cmdlets) Warn(manifest, 1, $"{name} is not exported, so it gets no help.");
    }
}
