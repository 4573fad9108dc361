using AppStatus.Core.Balancers;
using AppStatus.Core.Errors;

namespace AppStatus.Core.Deployments.Planning;

/// <summary>
/// Plans a canary: a few instances get the release, then a growing share of the traffic, each share watched and judged; at 100
/// every weight returns to what it was and the rest is rolled in place. Where members have no weights, the share is the number
/// of instances.
/// </summary>
internal static class CanaryPlanner
{
    public const string Strategy = "Canary";

    /// <summary>An odd share is refused rather than passed off for what was asked.</summary>
    private const double Tolerance = 1;

    /// <param name="limits">By pool: the weights that it takes; a pool that is missing has none. Empty: no pool has.</param>
    /// <param name="weightsArePools">A weight is a whole pool's.</param>
    public static PlanningResult Plan(DeploymentOptions options, PlanningInput input, IReadOnlyDictionary<PoolKey, WeightLimits> limits, bool weightsArePools)
    {
        (ObservedInstance[] canaries, ObservedInstance[] baselines, Fault? fault) = CanaryChoice.Of(options, input.Instances, byCount: limits.Count == 0);
        if (fault is not null) return new PlanningResult(null, [fault]);
        return limits.Count == 0 ? ByCount(options, input, canaries) : ByWeight(options, input, canaries, baselines, limits, weightsArePools);
    }

    private static PlanningResult ByWeight(
        DeploymentOptions options, PlanningInput input, ObservedInstance[] canaries, ObservedInstance[] baselines, IReadOnlyDictionary<PoolKey, WeightLimits> limits, bool byPool)
    {
        ObservedInstance[] rest = [.. input.Instances.Except(canaries)];
        var refusals = new List<Fault>();
        var waves = new List<Wave>
        {
            new()
            {
                Number = 1,
                Window = canaries.Length + baselines.Length,
                Lanes =
                [
                    .. canaries.Select(canary => First(options, canary, comesBack: byPool)),
                    .. baselines.Select(baseline => Baseline(options, baseline)),
                ],
                NeedsApproval = options.ApproveAfter.Contains(1),
            },
        };

        CanaryTraffic traffic = new(input, canaries, baselines, limits, byPool);
        refusals.AddRange(traffic.Refusals());
        foreach (int percent in refusals.Count > 0 ? [] : options.TrafficPercent.Where(percent => percent < 100))
        {
            TrafficShift? shift = traffic.At(percent);
            if (shift is null || Math.Abs(shift.Reached - percent) > Tolerance) refusals.Add(Unreachable(percent, shift, canaries.Length, input.Instances.Count));
            else waves.Add(Gated(options, waves.Count + 1, [Shift(options, traffic, shift, FormattableString.Invariant($"traffic {percent} %"))], window: 1));
        }

        bool holds = options.TrafficPercent[options.TrafficPercent.Count - 1] < 100;
        if (holds) waves[waves.Count - 1] = waves[waves.Count - 1] with { Holds = true };
        if (waves.Count > 1) waves.Add(new Wave { Number = waves.Count + 1, Window = 1, Lanes = [Shift(options, traffic, traffic.AsBefore(), "traffic as before")] });
        AddRest(options, waves, rest);
        return PlanDraft.Finish(
            Strategy, options, input, waves, [.. refusals, .. RollingPlanner.NoWayBack(options, [.. waves.SelectMany(wave => wave.Lanes).Where(lane => lane.Shift is null && !lane.IsBaseline)])],
            [.. PlanDraft.WarnOfUncheckedVersions(options), .. PlanDraft.WarnOfUnknownVersions(options, input)]);
    }

    private static PlanningResult ByCount(DeploymentOptions options, PlanningInput input, ObservedInstance[] inOrder)
    {
        int all = inOrder.Length, taken = 0;
        var waves = new List<Wave>();
        var refusals = new List<Fault>();
        foreach (int percent in options.TrafficPercent.Where(percent => percent < 100))
        {
            int count = Math.Max(1, (int)Math.Round(all * percent / 100.0, MidpointRounding.AwayFromZero));
            double reached = 100.0 * count / all;
            if (Math.Abs(reached - percent) > Tolerance)
            {
                refusals.Add(new Fault(
                    ErrorId.ShareUnreachable,
                    FormattableString.Invariant($"There are no weights here, so that a share is a number of instances: {percent} % of {all} can't be had, the nearest is {count} ({reached:0.#} %). Nothing was touched."),
                    FormattableString.Invariant($"Pass shares that so many instances make: multiples of {100.0 / all:0.##}.")));
                continue;
            }

            if (count <= taken) continue;
            Lane[] lanes = [.. inOrder.Skip(taken).Take(count - taken).Select(instance => RollingPlanner.ToLane(instance, options))];
            waves.Add(Gated(options, waves.Count + 1, lanes, BatchSchedule.Parse(options.BatchSize).SizeAt(0, all)));
            taken = count;
        }

        if (options.TrafficPercent[options.TrafficPercent.Count - 1] < 100 && waves.Count > 0) waves[waves.Count - 1] = waves[waves.Count - 1] with { Holds = true };
        AddRest(options, waves, [.. inOrder.Skip(taken)]);
        return PlanDraft.Finish(
            Strategy, options, input, waves, [.. refusals, .. RollingPlanner.NoWayBack(options, [.. waves.SelectMany(wave => wave.Lanes)])],
            [.. PlanDraft.WarnOfUncheckedVersions(options), .. PlanDraft.WarnOfUnknownVersions(options, input), .. ByCountWarnings(options)], [.. waves.SelectMany(wave => wave.Lanes)]);
    }

    private static IEnumerable<string> ByCountWarnings(DeploymentOptions options)
    {
        yield return "There are no weights here: a canary's share of the traffic is its share of the instances.";
        if (options.BaselineInstances.Count > 0) yield return "-BaselineInstance is left aside: without weights every instance that keeps its release is one.";
    }

    private static Wave Gated(DeploymentOptions options, int number, IReadOnlyList<Lane> lanes, int window) => new()
    {
        Number = number,
        Window = window,
        Lanes = lanes,
        Bake = options.Step,
        IsJudged = options.HasAnalysis,
        NeedsApproval = options.ApproveAfter.Contains(number),
    };

    private static void AddRest(DeploymentOptions options, List<Wave> waves, ObservedInstance[] rest)
    {
        if (rest.Length == 0) return;
        int before = waves.Count;
        foreach (Wave wave in WaveSchedule.Of(options with { ApproveAfter = [] }, [.. rest.Select(instance => RollingPlanner.ToLane(instance, options) with { MayMismatch = RollingPlanner.MayMismatch(options) })]))
            waves.Add(wave with { Number = before + wave.Number, NeedsApproval = options.ApproveAfter.Contains(before + wave.Number) });
    }

    /// <param name="comesBack">It may take its place again before it gets a share: its pool has none.</param>
    private static Lane First(DeploymentOptions options, ObservedInstance canary, bool comesBack)
    {
        Lane lane = RollingPlanner.ToLane(canary, options) with { IsCanary = true };
        return comesBack ? lane : lane with { Steps = [.. lane.Steps.TakeWhile(step => step != StepKind.Restore)] };
    }

    private static Lane Baseline(DeploymentOptions options, ObservedInstance baseline)
    {
        Lane lane = RollingPlanner.ToLane(baseline, options);
        string release = baseline.Instance.PreviousRelease;
        return lane with { Key = $"{lane.Key} baseline", Release = release, IsBaseline = true, Instance = lane.Instance with { ExpectedVersion = release } };
    }

    private static Lane Shift(DeploymentOptions options, CanaryTraffic traffic, TrafficShift shift, string name) => new()
    {
        Key = name,
        Release = options.Release,
        Instance = new Instance { Name = name, Address = "", Port = 0, Uri = BlueGreenPlanner.Nowhere, Pool = traffic.Members[0].Pool },
        StatusUri = BlueGreenPlanner.Nowhere,
        Memberships = traffic.Members,
        Effect = LaneEffect.None,
        Shift = shift,
        HealthyAtStart = true,
        Steps = [StepKind.Shift, StepKind.AwaitServing],
    };

    private static Fault Unreachable(int percent, TrafficShift? shift, int canaries, int all) => new(
        ErrorId.ShareUnreachable,
        FormattableString.Invariant($"No weights give {canaries} of {all} instances {percent} % of the traffic: {(shift is null ? "there is no room beside the baseline" : FormattableString.Invariant($"the nearest is {shift.Reached:0.#} %"))}. Nothing was touched."),
        "Pass another -TrafficPercent, or another -CanaryCount.");
}
