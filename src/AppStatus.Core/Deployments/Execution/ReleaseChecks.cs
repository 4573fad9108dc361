using AppStatus.Core.Deployments.Journal;
using AppStatus.Core.Deployments.Planning;
using AppStatus.Core.Verification;

namespace AppStatus.Core.Deployments.Execution;

/// <summary>Looks at what a run has brought: for a time after each wave, and at every instance at the end.</summary>
/// <param name="health">Looks at any number of instances side by side.</param>
/// <param name="judge">Null: health alone judges.</param>
/// <param name="interval">From one look of the judge to the next.</param>
internal sealed class ReleaseChecks(HealthGate health, IReleaseJudge? judge, TimeSpan interval, IDeploymentObserver observer)
{
    /// <summary>The lanes whose instances are asked for their version at the end.</summary>
    public static Lane[] Fleet(RunState state) => [.. state.Lanes.Select(lane => lane.Plan).Where(lane => lane.BringsRelease)];

    /// <summary>Watches what a wave has brought, for as long as the wave bakes, or until something bad is seen.</summary>
    /// <param name="watching">Cancelled: it is cut short, which the event says.</param>
    public async Task<JournalEvent> BakeAsync(int wave, RunState state, CancellationToken watching)
    {
        Wave plan = state.Plan.Waves[wave - 1];
        // A canary is watched at each of its shares, and not only after it was deployed.
        IEnumerable<LaneRun> watched = state.ActiveShift is null ? state.Waves.Unwatched : state.Lanes.Where(lane => (lane.Plan.IsCanary || lane.Plan.IsBaseline) && lane.State == LaneState.Succeeded);
        Lane[] lanes = [.. watched.Select(lane => lane.Plan).Where(lane => lane.IsWatched)];
        ReleaseUnderTest? release = judge is null || !plan.IsJudged || lanes.All(lane => lane.IsBaseline) ? null : UnderTest(lanes, plan, state);
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(watching);
        bool shared = state.ActiveShift is not null;
        Task<ReleaseJudgement?> judging = release is null ? Task.FromResult<ReleaseJudgement?>(ReleaseJudgement.Passed) : JudgeAsync(release, ended);
        Gathered gathered = await GatherAsync(lanes, async lane =>
        {
            observer.OnReport(lane, $"watching health for {plan.Bake.TotalSeconds:0.#} s");
            string? lost = await health.WatchAsync(lane.Instance, lane.StatusUri, lane.Release, plan.Bake, ended.Token).ConfigureAwait(false);
            // One bad canary ends the share of all: nobody waits for the others' time.
            if (lost is not null && shared) ended.Cancel();
            return lost;
        }, ended.Token).ConfigureAwait(false);
        if (gathered.Findings.Count > 0) ended.Cancel();
        ReleaseJudgement? judgement = await judging.ConfigureAwait(false);
        // What one finding made needless for the others is no more cut short than that finding is.
        bool cutShort = watching.IsCancellationRequested && (!gathered.Whole || judgement is null);
        return new BakeEnded(
            wave, gathered.Findings,
            judgement?.Verdict == ReleaseVerdict.Fail ? judgement.Why : "", judgement?.Verdict == ReleaseVerdict.Inconclusive ? judgement.Why : "", cutShort);
    }

    /// <summary>Asks every instance that was to get the release what it runs.</summary>
    /// <param name="cancellationToken">Cancelled: it is cut short, which the event says.</param>
    public async Task<JournalEvent> CheckFleetAsync(RunState state, CancellationToken cancellationToken)
    {
        Gathered versions = await GatherAsync(Fleet(state), async lane =>
        {
            HealthReading reading = await health.LookAsync(lane.Instance, lane.StatusUri, lane.Release, versionToo: true, cancellationToken).ConfigureAwait(false);
            return reading.RunsExpected ? null : reading.Version.Length > 0 ? reading.Version : reading.Detail;
        }, cancellationToken).ConfigureAwait(false);
        return new FleetChecked(versions.Findings, CutShort: !versions.Whole);
    }

    // What is found bad ends the watching of health as well. Null: it was ended before it could tell.
    private async Task<ReleaseJudgement?> JudgeAsync(ReleaseUnderTest release, CancellationTokenSource ended)
    {
        try
        {
            ReleaseJudgement judgement = await judge!.JudgeAsync(release, ended.Token).ConfigureAwait(false);
            if (judgement.Verdict != ReleaseVerdict.Pass) ended.Cancel();
            return judgement;
        }
        catch (OperationCanceledException) when (ended.IsCancellationRequested)
        {
            return null;
        }
        catch (Exception cause)
        {
            ended.Cancel();
            return new ReleaseJudgement(ReleaseVerdict.Inconclusive, $"The analysis ended unexpectedly: {cause.Message}");
        }
    }

    private ReleaseUnderTest UnderTest(Lane[] canaries, Wave wave, RunState state)
    {
        LaneRun[] baselines = [.. state.Lanes.Where(lane => lane.Plan.IsBaseline && lane.State == LaneState.Succeeded)];
        bool fresh = baselines.Length > 0;
        if (!fresh) baselines = [.. state.Lanes.Where(lane => lane.State == LaneState.NotStarted && lane.Plan.Steps.Contains(StepKind.Deploy))];
        Lane[] tested = [.. canaries.Where(lane => !lane.IsBaseline)];
        return new ReleaseUnderTest(
            [.. tested.Select(lane => lane.Instance)], [.. baselines.Select(lane => lane.Plan.Instance)], wave.Bake, interval,
            text => observer.OnReport(tested[0], text)) { HasFreshBaselines = fresh };
    }

    // A null finding is a good one. A stop ends it with what was found, and that is then not the whole.
    private static async Task<Gathered> GatherAsync(Lane[] lanes, Func<Lane, Task<string?>> look, CancellationToken cancellationToken)
    {
        (string Key, string? Finding, bool Looked)[] all = await Task.WhenAll(lanes.Select(async lane =>
        {
            try
            {
                return (lane.Key, await look(lane).ConfigureAwait(false), true);
            }
            catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
            {
                return (lane.Key, null, false);
            }
            catch (Exception cause)
            {
                return (lane.Key, cause.Message, true);
            }
        })).ConfigureAwait(false);
        return new Gathered(
            all.Where(entry => entry.Finding is not null).ToDictionary(entry => entry.Key, entry => entry.Finding!, StringComparer.Ordinal),
            all.All(entry => entry.Looked));
    }

    /// <param name="Findings">What is not as it should be, by the lane's key.</param>
    /// <param name="Whole">Every lane was looked at, to the end.</param>
    private sealed record Gathered(IReadOnlyDictionary<string, string> Findings, bool Whole);
}
