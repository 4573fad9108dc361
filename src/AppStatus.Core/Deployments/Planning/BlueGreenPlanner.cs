using AppStatus.Core.Errors;

namespace AppStatus.Core.Deployments.Planning;

/// <summary>
/// Plans the exchange of a whole side: the idle one is verified whole before anything of it gets traffic. By the status or the
/// traffic state both sides serve for a moment; by a virtual server the exchange is one write.
/// </summary>
internal static class BlueGreenPlanner
{
    public const string Strategy = "BlueGreen";

    /// <summary>What comes is in status <c>stage</c>, or out of traffic; what goes is <c>ready</c>, or in traffic.</summary>
    public static PlanningResult Promote(DeploymentOptions options, PlanningInput input)
    {
        Sides sides = Sides.Of(options, input);
        if (sides.Next.Count == 0) return new PlanningResult(null, [.. sides.Refusals(options, input)]);
        var waves = new List<Wave>();
        Add(waves, sides.Next.Select(next => Verify(options, next)), sides.Next.Count, approve: options.RequireApproval, bake: TimeSpan.Zero, options);
        Add(waves, sides.Next.Select(next => PromotePlanner.Enter(options, next, replaced: null)), sides.Next.Count, approve: false, options.FirstBake, options);
        bool warm = options.KeepWarm > TimeSpan.Zero;
        Add(waves, sides.Live.Select(live => PromotePlanner.Leave(options, live) with { StaysWarm = warm }), sides.Live.Count, approve: false, warm ? options.KeepWarm : TimeSpan.Zero, options);
        return PlanDraft.Finish(
            Strategy, options, input, waves, [.. sides.Refusals(options, input)], [.. PlanDraft.WarnOfUncheckedVersions(options), .. sides.Warnings(options, whole: true)]);
    }

    /// <summary>A virtual server goes from its pool to the other one, on which the release is deployed first where that was asked for.</summary>
    /// <param name="input">The instances of both pools.</param>
    public static PlanningResult Switch(DeploymentOptions options, PlanningInput input, PoolSwitch change, IReadOnlyList<Fault> refusals, IReadOnlyList<string> warnings)
    {
        var to = new PoolKey(change.Balancer, change.To);
        ILookup<bool, ObservedInstance> sides = input.Instances.ToLookup(instance => instance.Memberships.Any(member => PoolKey.Of(member) == to));
        ObservedInstance[] idle = [.. sides[true]], live = [.. sides[false]];
        var waves = new List<Wave>();
        foreach (Wave wave in options.Deploys ? WaveSchedule.Of(options with { Bake = TimeSpan.Zero, FirstBake = TimeSpan.Zero, ApproveAfter = [] }, [.. idle.Select(instance => Deploy(options, instance))]) : [])
            waves.Add(wave with { NeedsApproval = options.ApproveAfter.Contains(wave.Number) });
        Add(waves, idle.Select(instance => Bare(options, instance, "verified", StepKind.Verify, StepKind.AwaitServing) with { Memberships = instance.Memberships }), idle.Length, approve: options.RequireApproval, bake: TimeSpan.Zero, options);
        Add(waves, [SwitchLane(change, options)], window: 1, approve: false, options.FirstBake, options);
        if (options.KeepWarm > TimeSpan.Zero) Add(waves, live.Select(instance => Warm(options, instance)), live.Length, approve: false, options.KeepWarm, options);
        return PlanDraft.Finish(Strategy, options, input, waves, refusals, [.. PlanDraft.WarnOfUncheckedVersions(options), .. warnings]);
    }

    /// <summary>The lane of a virtual server.</summary>
    public static Lane SwitchLane(PoolSwitch change, DeploymentOptions options) => new()
    {
        Key = $"{change.Balancer} {change.VirtualServer}",
        Release = options.Release,
        Instance = new Instance { Name = change.VirtualServer, Address = "", Port = 0, Uri = Nowhere, Pool = change.To },
        StatusUri = Nowhere,
        Memberships = [],
        Effect = LaneEffect.None,
        Switch = change,
        HealthyAtStart = true,
        Steps = [StepKind.SwitchPool],
    };

    /// <summary>Stands where a lane is about traffic and not about an instance.</summary>
    internal static Uri Nowhere { get; } = new("about:blank");

    private static void Add(List<Wave> waves, IEnumerable<Lane> lanes, int window, bool approve, TimeSpan bake, DeploymentOptions options)
    {
        Lane[] all = [.. lanes];
        int number = waves.Count + 1;
        if (all.Length == 0) return;
        waves.Add(new Wave { Number = number, Window = window, Lanes = all, Bake = bake, NeedsApproval = approve || options.ApproveAfter.Contains(number) });
    }

    private static Lane Verify(DeploymentOptions options, ObservedInstance instance) => Bare(options, instance, "verified", StepKind.Verify);

    private static Lane Warm(DeploymentOptions options, ObservedInstance instance)
    {
        Lane lane = Bare(options, instance, "", StepKind.CheckHealth);
        return lane with { StaysWarm = true, Instance = lane.Instance with { ExpectedVersion = "" } };
    }

    private static Lane Deploy(DeploymentOptions options, ObservedInstance instance) =>
        Bare(options, instance, "", [.. BeforeDeploy(options), StepKind.Deploy, .. options.Settle > TimeSpan.Zero ? new[] { StepKind.Settle } : []]);

    // What gets no traffic can't be drained; the hook that silences its monitoring is run all the same.
    private static StepKind[] BeforeDeploy(DeploymentOptions options) => options.HasBeforeDrainHook ? [StepKind.BeforeDrain] : [];

    private static Lane Bare(DeploymentOptions options, ObservedInstance instance, string what, params StepKind[] steps) => new()
    {
        Key = what.Length == 0 ? instance.Key : $"{instance.Key} {what}",
        Release = options.Release,
        Instance = instance.Instance,
        StatusUri = instance.StatusUri,
        Memberships = [],
        Effect = LaneEffect.None,
        HealthyAtStart = instance.Healthy,
        Steps = steps,
    };
}
