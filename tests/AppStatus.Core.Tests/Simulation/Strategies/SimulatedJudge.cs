using AppStatus.Core.Deployments;
using AppStatus.Core.Tests.Simulation.Crashes;
using AppStatus.Core.Verification;

namespace AppStatus.Core.Tests.Simulation.Strategies;

/// <summary>An analysis that finds at random moments what the dice tell it to find, and minds whom it is asked about.</summary>
internal sealed class SimulatedJudge(SimulatedWorld world, Life life, bool calm, List<string> violations) : IReleaseJudge
{
    /// <summary>What it came to when it was last asked; null: it has not come to anything since.</summary>
    public ReleaseVerdict? Verdict { get; private set; }

    public async Task<ReleaseJudgement> JudgeAsync(ReleaseUnderTest release, CancellationToken cancellationToken)
    {
        Verdict = null;
        if (release.Canaries.Count == 0) violations.Add("the analysis was asked about no canary");
        foreach (SimulatedHost host in release.Canaries.Select(Host).Where(host => host.Deployed == 0)) violations.Add($"the analysis reads {host.Name} as a canary, which was not deployed to");
        foreach (SimulatedHost host in release.Baselines.Select(Host).Where(host => host.Version == "2.0")) violations.Add($"the analysis compares with {host.Name}, which runs the new release");

        Dice dice = world.Dice;
        ReleaseVerdict verdict = calm ? ReleaseVerdict.Pass : dice.Pick(ReleaseVerdict.Pass, ReleaseVerdict.Pass, ReleaseVerdict.Pass, ReleaseVerdict.Fail, ReleaseVerdict.Inconclusive);
        await world.Clock.DelayAsync(verdict == ReleaseVerdict.Pass ? release.Duration : dice.Seconds(0, release.Duration.TotalSeconds), cancellationToken);
        await life.AliveAsync();
        Verdict = verdict;
        if (verdict == ReleaseVerdict.Inconclusive && dice.Chance(0.5)) throw new InvalidOperationException("the source of metrics is gone");
        return new ReleaseJudgement(verdict, verdict == ReleaseVerdict.Pass ? "" : $"The analysis says {verdict}.");
    }

    private SimulatedHost Host(Instance instance) => world.Host($"{instance.Address}:{instance.Port}");
}
