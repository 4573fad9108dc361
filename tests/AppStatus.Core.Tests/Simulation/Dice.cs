namespace AppStatus.Core.Tests.Simulation;

/// <summary>The only source of chance in a simulation: one seed, one world.</summary>
internal sealed class Dice(int seed)
{
    private readonly Random _random = new(seed);

    public bool Chance(double probability) => _random.NextDouble() < probability;

    public int Between(int least, int most) => _random.Next(least, most + 1);

    public T Pick<T>(params T[] values) => values[_random.Next(values.Length)];

    public TimeSpan Seconds(double least, double most) =>
        TimeSpan.FromMilliseconds(Math.Round(1000 * (least + ((most - least) * _random.NextDouble()))));

    /// <summary>A log-normal time, as the times of deployments are: most near the median, a few far above.</summary>
    public TimeSpan LogNormal(double medianSeconds, double sigma)
    {
        double normal = Math.Sqrt(-2 * Math.Log(1 - _random.NextDouble())) * Math.Cos(2 * Math.PI * _random.NextDouble());
        return TimeSpan.FromMilliseconds(Math.Round(1000 * medianSeconds * Math.Exp(sigma * normal)));
    }
}
