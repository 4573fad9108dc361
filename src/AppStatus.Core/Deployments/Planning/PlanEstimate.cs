using System.Globalization;
using AppStatus.Core.Balancers.StatusDriven;

namespace AppStatus.Core.Deployments.Planning;

/// <summary>How long a plan, and its undo, may take. What can't be known beforehand is assumed, and said.</summary>
/// <param name="Least">What it takes if everything but the waits that were asked for takes no time.</param>
internal sealed record PlanEstimate(TimeSpan Lane, TimeSpan Whole, TimeSpan Undo, TimeSpan Drain, TimeSpan Serving, TimeSpan Least)
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
        TimeSpan whole = TimeSpan.Zero, undo = TimeSpan.Zero, least = TimeSpan.Zero, longest = TimeSpan.Zero;
        foreach (Wave wave in plan.Waves)
        {
            int rounds = (wave.Lanes.Count + wave.Window - 1) / wave.Window;
            TimeSpan lane = wave.Lanes.Max(one => Sum(one, step => Usual(step)));
            longest = lane > longest ? lane : longest;
            whole += Times(lane, rounds) + wave.Bake;
            least += Times(wave.Lanes.Max(one => Sum(one, step => Fixed(step))), rounds) + wave.Bake;
            // What is only looked at, or only weighed, is not taken back.
            Lane[] back = [.. wave.Lanes.Where(one => one.Shift is null && (one.Effect != LaneEffect.None || one.Switch is not null))];
            if (back.Length > 0) undo += Times(back.Max(one => Sum(one, step => step is StepKind.Verify or StepKind.Confirm && one.Effect == LaneEffect.Enter ? TimeSpan.Zero : Usual(step))), rounds);
        }

        return new PlanEstimate(longest, whole, undo, drain, serving, least);

        TimeSpan Usual(StepKind step) => step switch
        {
            StepKind.AwaitIdle => drain,
            StepKind.Deploy => AssumedDeploy,
            StepKind.AwaitServing => serving,
            _ => Fixed(step),
        };

        TimeSpan Fixed(StepKind step) => step switch
        {
            StepKind.Settle => options.Settle,
            StepKind.Verify or StepKind.Confirm => options.Stable,
            StepKind.AwaitIdle when blind => options.DrainWait,
            StepKind.AwaitServing when blind => options.MonitorDelay,
            _ => TimeSpan.Zero,
        };
    }

    private static TimeSpan Sum(Lane lane, Func<StepKind, TimeSpan> time) => TimeSpan.FromTicks(lane.Steps.Sum(step => time(step).Ticks));

    private static TimeSpan Times(TimeSpan time, int count) => TimeSpan.FromTicks(time.Ticks * count);

    /// <param name="andBack">With how long an undo would take.</param>
    public string ToText(bool andBack) => string.Format(
        CultureInfo.InvariantCulture,
        "About {0}, at least {5}{6}: {1} a lane, if connections end in {2}, a deploy takes {3}, and the balancer's check {4}.",
        Text(Whole), Text(Lane), Text(Drain), Text(AssumedDeploy), Text(Serving), Text(Least), andBack ? $", and {Text(Undo)} to undo it when it is done" : "");

    private static string Text(TimeSpan time) => time.TotalSeconds < 120
        ? time.TotalSeconds.ToString("0", CultureInfo.InvariantCulture) + " s"
        : time.TotalMinutes.ToString("0.#", CultureInfo.InvariantCulture) + " min";
}
