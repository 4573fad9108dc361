using AppStatus.Integration.Tests.Support;

namespace AppStatus.Integration.Tests.Pester;

/// <summary>
/// Which files of tests/Pester run side by side: all of them, shared out so that each share takes about as long. A share runs its files one after the other, and is
/// the same in each run, so that a file can be run alone by its name.
/// </summary>
internal static class PesterShares
{
    /// <summary>As many as a small machine has processors: what each file starts needs more than one of them at times.</summary>
    public const int Count = 2;

    // Seconds on two processors, where a file takes longer than most; what is not here is taken for one of those.
    private const int Usual = 25;
    private static readonly Dictionary<string, int> Seconds = new(StringComparer.Ordinal)
    {
        ["BlueGreen"] = 45, ["Canary"] = 50, ["CanaryBalancers"] = 80, ["CanaryKills"] = 60, ["DeploymentControl"] = 75, ["DeploymentHands"] = 60, ["DeploymentKills"] = 130,
        ["DeploymentKillsElb"] = 50, ["DeploymentKillsRedis"] = 90, ["DeploymentLocks"] = 60, ["DeploymentResume"] = 150, ["DeploymentUndo"] = 80, ["EnvironmentContainers"] = 115,
        ["ExamplesContainers"] = 55, ["Maintenance"] = 45, ["Promote"] = 70, ["Report"] = 60, ["RollingFaults"] = 45, ["RollingLimits"] = 75, ["RollingRelease"] = 45, ["RollingStop"] = 50,
        ["Systems/System1"] = 40, ["Systems/System2"] = 100, ["Systems/System3"] = 105, ["Systems/System4"] = 130, ["Systems/System4Environment"] = 60, ["Systems/System5"] = 140, ["Watched"] = 70, ["Preflight"] = 15, ["StatusAnswers"] = 10, ["StatusWords"] = 10,
    };

    private const string Suffix = ".Tests.ps1";

    public static string Folder { get; } = Path.Combine(Repository.Root, "tests", "Pester");

    /// <summary>The files of a share, the longest first, with their folders, and the same on every system: Systems/System1.Tests.ps1.</summary>
    /// <param name="share">From 0.</param>
    public static IEnumerable<string> Of(int share)
    {
        var taken = new int[Count];
        // The longest goes to whoever has the least, then the next longest.
        foreach (string file in All().OrderByDescending(SecondsOf).ThenBy(file => file, StringComparer.Ordinal))
        {
            int least = Array.IndexOf(taken, taken.Min());
            taken[least] += SecondsOf(file);
            if (least == share) yield return file;
        }
    }

    private static IEnumerable<string> All() =>
        Directory.GetFiles(Folder, "*" + Suffix, SearchOption.AllDirectories).Select(file => Path.GetRelativePath(Folder, file).Replace('\\', '/'));

    private static int SecondsOf(string file) => Seconds.GetValueOrDefault(file[..^Suffix.Length], Usual);
}
