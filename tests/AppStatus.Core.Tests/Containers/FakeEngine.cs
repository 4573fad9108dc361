using System.Diagnostics;
using AppStatus.Core.Containers;

namespace AppStatus.Core.Tests.Containers;

/// <summary>A shell script in the place of docker or podman, in a folder of its own, where it writes down how it was called.</summary>
internal sealed class FakeEngine : IDisposable
{
    private FakeEngine(string folder, string name)
    {
        Folder = folder;
        Program = new ContainerProgram(PathOf(name), name);
    }

    public string Folder { get; }

    public ContainerProgram Program { get; }

    /// <summary>Each call's arguments, one line a call.</summary>
    public IReadOnlyList<string> Calls => File.Exists(PathOf("calls")) ? File.ReadAllLines(PathOf("calls")) : [];

    /// <param name="script">What it does; <c>$here</c> is its folder.</param>
    public static FakeEngine Saying(string script, string name = "docker")
    {
        if (Path.DirectorySeparatorChar == '\\') Assert.Skip("The engine of these tests is a shell script.");
        string folder = Path.Combine(Path.GetTempPath(), "appstatus-engine-" + Path.GetRandomFileName());
        Directory.CreateDirectory(folder);
        var engine = new FakeEngine(folder, name);
        // By another process: a file that this one has open for writing can't be run, also while another test's child has inherited it for a moment.
        File.WriteAllText(engine.PathOf("script"), "#!/bin/sh\nhere=$(dirname \"$0\")\nprintf '%s\\n' \"$*\" >>\"$here/calls\"\n" + script.Replace("\r\n", "\n") + "\n");
        using Process copy = Process.Start(new ProcessStartInfo("/bin/sh", $"-c \"cat {engine.PathOf("script")} >{engine.PathOf(name)} && chmod +x {engine.PathOf(name)}\"") { UseShellExecute = false })!;
        copy.WaitForExit();
        copy.ExitCode.ShouldBe(0);
        return engine;
    }

    public string PathOf(string file) => Path.Combine(Folder, file);

    public void Dispose() => Directory.Delete(Folder, recursive: true);
}
