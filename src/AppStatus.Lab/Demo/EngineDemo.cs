using AppStatus.Core.Balancers;
using AppStatus.Core.Balancers.F5;
using AppStatus.Core.Deployments;
using AppStatus.Core.Deployments.Execution;
using AppStatus.Core.Deployments.Journal;
using AppStatus.Core.Deployments.Planning;
using AppStatus.Core.Reporting;
using AppStatus.Core.Status;
using AppStatus.Core.Verification;

namespace AppStatus.Lab.Demo;

/// <summary>The same deployment by the engine alone, for a machine without PowerShell.</summary>
internal static class EngineDemo
{
    public static async Task<bool> RunAsync(DemoRange range, string release, string report, TextWriter output, CancellationToken stopping)
    {
        await output.WriteLineAsync("Driving the engine directly: there is no pwsh on the PATH, or --engine was given. With PowerShell, the cmdlets do this.");
        F5Session session = await F5Session.ConnectAsync(
            new F5ConnectOptions { Uri = range.BigIpUri, UserName = DemoRange.User, Password = DemoRange.Password, SkipCertificateCheck = true }, TimeProvider.System, stopping);
        string store = Directory.CreateTempSubdirectory("appstatus-demo-").FullName;
        try
        {
            using var status = new StatusClient(new StatusClientOptions());
            IBalancer balancer = session.Balancer;
            IReadOnlyList<PoolMember> members = await balancer.GetMembersAsync(DemoRange.Pool, stopping);
            DeploymentTarget[] targets = [.. members.Select(member => new DeploymentTarget(
                new StatusTarget(member.Name, new Uri(member.Uri, "/appstatus")) { Member = member }))];
            var options = new DeploymentOptions { Release = release, ExpectedVersion = release, BatchSize = "2", Stable = TimeSpan.FromSeconds(1) };
            var ports = new DeploymentPorts
            {
                Balancers = new Dictionary<string, IBalancer>(StringComparer.Ordinal) { [balancer.Id] = balancer },
                Health = new InstanceHealthProbe(status),
                Deploy = new ReplaceProcess(range),
                Observer = new ConsoleObserver(output),
            };
            PlanningInput world = await new WorldReader(ports).ReadAsync(targets, members, keyByAddress: false, release, release, stopping);
            PlanningResult planned = RollingPlanner.Plan(options, world);
            if (planned.Plan is not { } plan)
            {
                foreach (var refusal in planned.Refusals) await output.WriteLineAsync(refusal.ToString());
                return false;
            }

            await output.WriteLineAsync(plan.ToString());
            using var deployments = new FileDeploymentStore(store, TimeProvider.System);
            DeploymentResult result = await new DeploymentDriver(deployments, ports).RunAsync(plan, TimeSpan.Zero, stopping);
            foreach (LaneResult lane in result.Lanes)
                await output.WriteLineAsync($"{lane.Name,-18} {lane.State,-12} {lane.Duration.TotalSeconds,6:0.0} s  {lane.Left}");
            await output.WriteLineAsync($"{result.Strategy} deployment of {result.Release}: {result.State}; never fewer than {result.LowestCapacity} serving; {result.Duration.TotalSeconds:0.0} s");
            ReportFile.Of(report, isFolder: false, format: null).Write(await ReportReader.ReadAsync(deployments, result.Id, stopping));
            return result.State == DeploymentState.Succeeded;
        }
        finally
        {
            await session.DisconnectAsync(CancellationToken.None);
            Directory.Delete(store, recursive: true);
        }
    }

    private sealed class ReplaceProcess(DemoRange range) : IDeployAction
    {
        public Task DeployAsync(Instance instance, string release, int attempt, CancellationToken cancellationToken) =>
            range.ReplaceAsync(instance.Port, release, cancellationToken);
    }

    // A line a step that ends, so that a log stays calm.
    private sealed class ConsoleObserver(TextWriter output) : IDeploymentObserver
    {
        public void OnRecord(JournalRecord record, RunState state)
        {
            int done = state.Lanes.Count(lane => lane.Ended is not null);
            if (record.Event is StepSucceeded step)
                output.WriteLine($"[{done}/{state.Lanes.Count}] {state[step.Lane].Plan.Instance.Name} {step.Step} {step.Observed}".TrimEnd());
            else if (record.Event is StepFailed failed)
                output.WriteLine($"[{done}/{state.Lanes.Count}] {state[failed.Lane].Plan.Instance.Name} {failed.Step} FAILED: {failed.Message}");
        }

        public void OnReport(Lane lane, string text)
        {
        }
    }
}
