using System.Diagnostics;
using Microsoft.Extensions.Hosting;

namespace AppStatus.Lab.Application;

/// <summary>What a bad release does beside its work: it burns processor time, or keeps memory that it never gives back.</summary>
internal sealed class Waste(AppOptions options, TimeProvider time) : BackgroundService
{
    private const int Megabyte = 1024 * 1024;
    private const int MostMegabytes = 1024;

    private static readonly TimeSpan Beat = TimeSpan.FromMilliseconds(100);

    private readonly List<byte[]> _kept = [];

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        // Not on the thread that starts the host.
        await Task.Yield();
        double owed = 0;
        while (!stoppingToken.IsCancellationRequested)
        {
            owed = Math.Min(owed + options.LeakMegabytes * Beat.TotalSeconds, MostMegabytes - _kept.Count);
            for (; owed >= 1; owed--)
            {
                var kept = new byte[Megabyte];
                Array.Fill(kept, (byte)1); // memory that nobody touches is none
                _kept.Add(kept);
            }

            TimeSpan busy = Beat * options.BurnPercent / 100;
            var started = Stopwatch.GetTimestamp();
            while (Stopwatch.GetElapsedTime(started) < busy)
            {
                Thread.SpinWait(1000);
            }

            await Task.Delay(Beat - busy > TimeSpan.Zero ? Beat - busy : TimeSpan.FromMilliseconds(1), time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }
}
