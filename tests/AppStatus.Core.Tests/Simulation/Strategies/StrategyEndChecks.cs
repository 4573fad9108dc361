using AppStatus.Core.Balancers;
using AppStatus.Core.Deployments;
using AppStatus.Core.Deployments.Execution;
using AppStatus.Core.Deployments.Planning;

namespace AppStatus.Core.Tests.Simulation.Strategies;

/// <summary>How things must be when a deployment has succeeded, was undone or completed, told against the world's truth.</summary>
internal sealed class StrategyEndChecks(StrategyScenario scenario, StrategyWatch watch, List<string> violations)
{
    private readonly SimulatedWorld _world = scenario.World;

    public void CheckDone(RunState state)
    {
        if (state.State is not (DeploymentState.Succeeded or DeploymentState.SucceededWithIssues)) return;
        foreach (LaneRun lane in state.Lanes.Where(lane => lane.Plan.Effect is LaneEffect.Enter or LaneEffect.Leave)) CheckExchange(lane);
        if (state.State != DeploymentState.Succeeded) return;
        foreach (LaneRun lane in state.Lanes.Where(lane => lane.State != LaneState.Succeeded)) violations.Add($"Succeeded, and {lane.Plan.Key} is {lane.State}");
        if (scenario.Strategy == Strategy.SwitchedServer && _world.Servers[StrategyFactory.Server] is { HandAt: null, Pool: not "green" } server) violations.Add($"Succeeded, and {server.Name} has {server.Pool}");
        if (!scenario.Strategy.IsCanary()) return;
        foreach (SimulatedEntry entry in Ours()) CheckAsBefore(entry, "Succeeded");
        foreach (SimulatedHost host in _world.Hosts.Where(host => host.Version != "2.0" && !state.Lanes.Any(lane => lane.Plan.IsBaseline && lane.Plan.Instance.Address == host.Address && lane.Mismatch is not null)))
            violations.Add($"Succeeded, and {host.Name} runs {host.Version}");
    }

    public void CheckUndone()
    {
        foreach (SimulatedEntry entry in Ours()) CheckAsBefore(entry, "undone");
        if (scenario.Strategy.IsCanary() || (scenario.Strategy == Strategy.SwitchedServer && _world.Servers[StrategyFactory.Server].HandAt is null))
            foreach (SimulatedServer server in _world.Servers.Values.Where(server => server.Pool != "blue")) violations.Add($"undone, and {server.Name} has {server.Pool}");
        if (!scenario.Strategy.IsCanary()) return;
        foreach (SimulatedHost host in _world.Hosts.Where(host => host.Version != "1.0")) violations.Add($"undone, and {host.Name} runs {host.Version}");
    }

    public void CheckCompleted(RunState completed)
    {
        foreach (LaneRun lane in completed.Lanes.Where(lane => lane.State == LaneState.Succeeded))
        {
            IReadOnlyList<PoolMember> old = lane.Plan.Effect == LaneEffect.Leave ? lane.Plan.Memberships : lane.Plan.Replaces?.Memberships ?? [];
            foreach (SimulatedEntry entry in old.Select(Entry).Where(entry => !entry.TouchedByHand && entry.Host.Status != "stage")) violations.Add($"completed, and {entry.Name} is in {entry.Host.Status}");
        }
    }

    // Where a lane is done, what came serves and what went is out; where it is not, both are as they were.
    private void CheckExchange(LaneRun lane)
    {
        if (lane.Steps.Any(step => step.Kind == StepKind.TakeOut)) return;
        if (lane.State is LaneState.Failed && (lane.Steps.Any(step => step.Kind is StepKind.PutBack or StepKind.TakeOut && !step.Succeeded) || lane.AwaitsTakeOut)) return;
        bool done = lane.State == LaneState.Succeeded;
        foreach (PoolMember member in lane.Plan.Memberships) CheckSide(member, done == (lane.Plan.Effect == LaneEffect.Enter), lane);
        foreach (PoolMember member in lane.Plan.Replaces?.Memberships ?? []) CheckSide(member, !done, lane);
    }

    private void CheckSide(PoolMember member, bool into, LaneRun lane)
    {
        SimulatedEntry entry = Entry(member);
        bool ours = !entry.TouchedByHand && !entry.Removed && !entry.WriteFailed && lane.Error is null;
        if (ours && (entry.State == TrafficState.Enabled) != into) violations.Add($"{lane.Plan.Key} is {lane.State}, and {member} is {entry.State}");
    }

    private void CheckAsBefore(SimulatedEntry entry, string how)
    {
        PoolMember before = scenario.Planned(entry);
        if (entry.State != before.State || (entry.Host.Status != before.NativeState && !watch.Uncertain.Contains(entry))) violations.Add($"{how}, and {before} is {entry.State} {entry.Host.Status}, and was {before.State} {before.NativeState}");
        if (entry.Weight != before.Weight) violations.Add($"{how}, and {before} has the weight {entry.Weight}, and had {before.Weight}");
    }

    private IEnumerable<SimulatedEntry> Ours() => _world.Entries.Where(entry => !entry.TouchedByHand && !entry.Removed);

    private SimulatedEntry Entry(PoolMember member) => _world.Pools[PoolKey.Of(member)].Single(entry => entry.Name == member.Name);
}
