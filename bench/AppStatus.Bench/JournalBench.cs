using System.Diagnostics;
using AppStatus.Core.Deployments.Journal;
using AppStatus.Core.Deployments.Planning;

namespace AppStatus.Bench;

/// <summary>An append to a journal in a file against what none can do without: a write of as many bytes, and a flush to the disk.</summary>
internal static class JournalBench
{
    private const int Rounds = 9, Appends = 300;

    public static async Task RunAsync()
    {
        string folder = Directory.CreateTempSubdirectory("appstatus-bench-").FullName;
        try
        {
            var bare = new List<double>();
            var ours = new List<double>();
            // One after the other in each round, since a disk is not the same from one minute to the next; the first one warms up.
            for (int round = 0; round <= Rounds; round++)
            {
                (double bareUs, double oursUs) = (Bare(folder, round), await OursAsync(folder, round));
                if (round == 0) continue;
                bare.Add(bareUs);
                ours.Add(oursUs);
            }

            double[] ratios = [.. bare.Zip(ours, (b, o) => o / b).Order()];
            Console.WriteLine($"{Appends} appends of a step, {Rounds} rounds, medians: bare write + flush {Median(bare):0.0} us, journal {Median(ours):0.0} us, ratio {Median(ratios):0.00} ({ratios[0]:0.00} to {ratios[^1]:0.00})");
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static double Bare(string folder, int round)
    {
        byte[] line = JournalLine.Write(new JournalRecord(1, DateTimeOffset.UtcNow, Event));
        using var file = new FileStream(Path.Combine(folder, $"bare{round}"), FileMode.CreateNew, FileAccess.Write);
        long start = Stopwatch.GetTimestamp();
        for (int count = 0; count < Appends; count++)
        {
            file.Write(line);
            file.Flush(flushToDisk: true);
        }

        return Stopwatch.GetElapsedTime(start).TotalMicroseconds / Appends;
    }

    private static async Task<double> OursAsync(string folder, int round)
    {
        (FileJournal journal, _) = await FileJournal.CreateAsync(Path.Combine(folder, $"ours{round}", "d1.jsonl"), [Event], TimeProvider.System, CancellationToken.None);
        using (journal)
        {
            long start = Stopwatch.GetTimestamp();
            for (int count = 0; count < Appends; count++) await journal.AppendAsync([Event], CancellationToken.None);
            return Stopwatch.GetElapsedTime(start).TotalMicroseconds / Appends;
        }
    }

    private static StepStarted Event { get; } = new("10.0.0.1:8080", StepKind.Drain, Attempt: 1, Capacity: 7);

    private static double Median(IEnumerable<double> values)
    {
        double[] sorted = [.. values.Order()];
        return sorted[sorted.Length / 2];
    }
}
