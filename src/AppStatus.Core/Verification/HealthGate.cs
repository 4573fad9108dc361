using AppStatus.Core.Deployments;

namespace AppStatus.Core.Verification;

/// <summary>Waits until an instance is healthy without a break, and watches that it stays so.</summary>
internal sealed class HealthGate(IHealthProbe probe, TimeProvider time)
{
    /// <summary>Between two looks at one instance.</summary>
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(500);

    /// <summary>So many bad looks in a row, not one, mean that health is lost.</summary>
    private const int LookLimit = 3;

    /// <summary>Waits for health (and the expected version) that lasts for <paramref name="stable"/>, within <paramref name="deadline"/>.</summary>
    /// <param name="instance">Which one.</param>
    /// <param name="statusUri">Where its status is read.</param>
    /// <param name="release">What was deployed there, for the user's own checks.</param>
    /// <param name="stable">For how long without a break.</param>
    /// <param name="deadline">Within how long.</param>
    /// <param name="requireVersion">Whether another version is no health; else an instance that lasts on another one is given as long again to change it.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    /// <returns>The last reading, and whether it lasted.</returns>
    public async Task<(bool Reached, HealthReading Last)> AwaitAsync(
        Instance instance, Uri statusUri, string release, TimeSpan stable, TimeSpan deadline, bool requireVersion, CancellationToken cancellationToken)
    {
        DateTimeOffset started = time.GetUtcNow();
        DateTimeOffset? goodSince = null, healthySince = null;
        while (true)
        {
            DateTimeOffset asked = time.GetUtcNow();
            HealthReading reading = await probe.ReadAsync(instance, statusUri, release, cancellationToken).ConfigureAwait(false);
            DateTimeOffset now = time.GetUtcNow();
            bool good = reading.Healthy && reading.RunsExpected;
            goodSince = good ? goodSince ?? asked : null;
            healthySince = reading.Healthy ? healthySince ?? asked : null;
            if (good && now - goodSince >= stable) return (true, reading);
            bool late = now - started >= deadline;
            if (!good && !requireVersion && now - healthySince >= (late ? stable : stable + stable + Interval)) return (true, reading);
            if (late) return (false, reading);

            TimeSpan pause = good ? Min(Interval, stable - (now - goodSince!.Value)) : Interval;
            await time.DelayAsync(Min(pause, started + deadline - now), cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>One look, repeated while it is bad: a single lost packet is no verdict.</summary>
    public async Task<HealthReading> LookAsync(Instance instance, Uri statusUri, string release, bool versionToo, CancellationToken cancellationToken)
    {
        for (int look = 1; ; look++)
        {
            HealthReading reading = await probe.ReadAsync(instance, statusUri, release, cancellationToken).ConfigureAwait(false);
            if ((reading.Healthy && (reading.RunsExpected || !versionToo)) || look == LookLimit) return reading;
            await time.DelayAsync(Interval, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Watches for so long; returns null if health lasted, else what was seen when it was lost.</summary>
    public async Task<string?> WatchAsync(Instance instance, Uri statusUri, string release, TimeSpan duration, CancellationToken cancellationToken)
    {
        DateTimeOffset end = time.GetUtcNow() + duration;
        while (true)
        {
            HealthReading reading = await LookAsync(instance, statusUri, release, versionToo: false, cancellationToken).ConfigureAwait(false);
            if (!reading.Healthy) return reading.Detail;
            DateTimeOffset now = time.GetUtcNow();
            if (now >= end) return null;
            await time.DelayAsync(Min(TimeSpan.FromSeconds(1), end - now), cancellationToken).ConfigureAwait(false);
        }
    }

    private static TimeSpan Min(TimeSpan one, TimeSpan other) => one < other ? one : other;
}
