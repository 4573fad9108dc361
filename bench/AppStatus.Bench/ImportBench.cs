using System.Diagnostics;

namespace AppStatus.Bench;

/// <summary>What Import-Module adds to a bare shell: whole processes in turn, medians.</summary>
internal static class ImportBench
{
    private const int Runs = 11;

    public static async Task<int> RunAsync(string manifest)
    {
        var bare = new List<double>();
        var import = new List<double>();
        for (int run = 0; run < Runs; run++)
        {
            bare.Add(await TimeAsync("exit"));
            import.Add(await TimeAsync($"Import-Module '{manifest}'; exit"));
        }

        Console.WriteLine($"bare shell {Median(bare):0} ms, with Import-Module {Median(import):0} ms, difference {Median(import) - Median(bare):0} ms (medians of {Runs})");
        return 0;
    }

    private static async Task<double> TimeAsync(string command)
    {
        var watch = Stopwatch.StartNew();
        using Process process = Process.Start(new ProcessStartInfo("pwsh", ["-NoProfile", "-NonInteractive", "-Command", command])) ?? throw new InvalidOperationException("There is no pwsh on the PATH.");
        await process.WaitForExitAsync();
        return watch.Elapsed.TotalMilliseconds;
    }

    private static double Median(List<double> values) => values.Order().ElementAt(values.Count / 2);
}
