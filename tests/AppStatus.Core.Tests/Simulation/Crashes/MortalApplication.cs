using AppStatus.Core.Deployments;
using AppStatus.Core.Deployments.Execution;
using AppStatus.Core.Deployments.Journal;
using AppStatus.Core.Deployments.Planning;
using AppStatus.Core.Verification;

namespace AppStatus.Core.Tests.Simulation.Crashes;

/// <summary>The hosts as one life reaches them.</summary>
internal sealed class MortalApplication(SimulatedApplication application, Life life, MemoryStore store) : IHealthProbe, IDeployAction, IInstanceHook, IDeploymentObserver
{
    public async Task<HealthReading> ReadAsync(Instance instance, Uri statusUri, string release, CancellationToken cancellationToken)
    {
        await life.AliveAsync();
        HealthReading reading = await application.ReadAsync(instance, statusUri, release, cancellationToken);
        await life.AliveAsync();
        return reading;
    }

    public async Task DeployAsync(Instance instance, string release, int attempt, CancellationToken cancellationToken)
    {
        await life.BoundaryAsync();
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, life.Wire.Token);
        try
        {
            await application.DeployAsync(instance, release, attempt, either.Token);
            if (life.LeaseLost) store.Violations.Add($"the deploy to {instance.Name} went on after the lease was lost");
        }
        finally
        {
            await life.BoundaryAsync();
        }
    }

    public async Task RunAsync(Instance instance, string release, int attempt, CancellationToken cancellationToken)
    {
        await life.AliveAsync();
        await application.RunAsync(instance, release, attempt, cancellationToken);
        await life.AliveAsync();
    }

    // What is believed at the end is what the bytes tell, whoever wrote them.
    public void OnRecord(JournalRecord record, RunState state)
    {
        if (record.Event is not (DeploymentEnded or DeploymentResumed)) return;
        if (Digest.Of(RunState.Fold([.. store.Read(state.Id).TakeWhile(other => other.Sequence <= record.Sequence)])) != Digest.Of(state)) store.Violations.Add($"the fold differs at record {record.Sequence}");
    }

    public void OnReport(Lane lane, string text)
    {
    }
}
