using System.Globalization;
using AppStatus.Core.Balancers.StatusDriven;

namespace AppStatus.Core.Deployments.Planning;

/// <summary>How long a plan, and its undo, may take. What can't be known beforehand is assumed, and said.</summary>
internal sealed record PlanEstimate(TimeSpan Lane, TimeSpan Whole, TimeSpan Undo, TimeSpan Drain, TimeSpan Serving)
{
    /// <summary>Connections of a web application end within seconds; a deploy takes what it takes.</summary>
    private static readonly TimeSpan AssumedDrain = TimeSpan.FromSeconds(5), AssumedDeploy = TimeSpan.FromSeconds(30), AssumedServing = TimeSpan.FromSeconds(5);

    public static PlanEstimate Of(DeploymentPlan plan)
    {
        DeploymentOptions options = plan.Options;
        // Where nothing is observed, what is waited for is known.
        bool blind = options.TrafficControl == TrafficControl.Status && plan.Pools.All(pool => StatusDrivenBalancer.ObservedId(pool.Balancer) is null);
        TimeSpan drain = blind ? options.DrainWait : AssumedDrain < options.DrainTimeout ? AssumedDrain : options.DrainTimeout;
        TimeSpan serving = blind ? options.MonitorDelay : AssumedServing;
        TimeSpan lane = drain + AssumedDeploy + options.Settle + options.Stable + serving;
        TimeSpan whole = TimeSpan.Zero, undo = TimeSpan.Zero;
        foreach (Wave wave in plan.Waves)
        {
            int rounds = (wave.Lanes.Count + wave.Window - 1) / wave.Window;
            whole += TimeSpan.FromTicks(lane.Ticks * rounds) + wave.Bake;
            undo += TimeSpan.FromTicks(lane.Ticks * rounds);
        }

        return new PlanEstimate(lane, whole, undo, drain, serving);
    }

    public override string ToString() => string.Format(
        CultureInfo.InvariantCulture,
        "About {0}, and {1} to undo it when it is done: {2} a lane, if connections end in {3}, a deploy takes {4}, and the balancer's check {5}.",
        Text(Whole), Text(Undo), Text(Lane), Text(Drain), Text(AssumedDeploy), Text(Serving));

    private static string Text(TimeSpan time) => time.TotalSeconds < 120
        ? time.TotalSeconds.ToString("0", CultureInfo.InvariantCulture) + " s"
        : time.TotalMinutes.ToString("0.#", CultureInfo.InvariantCulture) + " min";
}
