using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using AppStatus.Core;
using AppStatus.Core.Deployments;
using AppStatus.Core.Deployments.Execution;
using AppStatus.Core.Deployments.Planning;
using AppStatus.Core.Errors;

namespace AppStatus.Scripts;

/// <summary>
/// The deploys that could not be stopped and still run in this process. It is one for the whole process, as they are: whichever
/// runspace resumes, undoes or starts a deployment must not start a second deploy beside one of them.
/// </summary>
internal sealed class LeftBehindDeploys
{
    private readonly ConcurrentDictionary<(string Address, int Port), (Task End, DateTimeOffset Since)> _running = new();

    private LeftBehindDeploys()
    {
    }

    public static LeftBehindDeploys OfThisProcess { get; } = new();

    /// <summary>This process, for people: its number, and its machine's name.</summary>
    public static string Here
    {
        get
        {
            using var process = Process.GetCurrentProcess();
            return string.Format(CultureInfo.InvariantCulture, "PowerShell process {0} on {1}", process.Id, Environment.MachineName);
        }
    }

    /// <summary>The instances whose last deploy could not be stopped in another process, for people; empty: none.</summary>
    public static string LeftElsewhere(RunState recorded) => IsHere(recorded.Driver) ? "" : string.Join(", ", recorded.Lanes
        .Where(lane => lane.Steps.LastOrDefault(step => step.Kind == StepKind.Deploy)?.Error == ErrorId.DeployNotStopped).Select(lane => lane.Plan.Instance.Name));

    private static bool IsHere((string Host, int ProcessId) driver)
    {
        using var process = Process.GetCurrentProcess();
        return driver.ProcessId == process.Id && driver.Host == Environment.MachineName;
    }

    /// <param name="end">Ends when the deploy does; it is forgotten then.</param>
    public void Add(Instance instance, Task end)
    {
        (string, int) key = (instance.Address, instance.Port);
        _running[key] = (end, MachineClock.UtcNow);
        _ = end.ContinueWith(_ => _running.TryRemove(key, out (Task, DateTimeOffset) _), CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
    }

    /// <exception cref="AppStatusException"><see cref="ErrorId.DeployNotStopped"/>: an earlier deploy to one of its instances still runs here.</exception>
    public void Refuse(RunState recorded)
    {
        foreach (LaneRun lane in recorded.Lanes.Where(lane => lane.Plan.Steps.Contains(StepKind.Deploy))) Refuse(lane.Plan.Instance);
    }

    /// <exception cref="AppStatusException"><see cref="ErrorId.DeployNotStopped"/>: an earlier deploy to the instance still runs here.</exception>
    public void Refuse(Instance instance)
    {
        if (!_running.TryGetValue((instance.Address, instance.Port), out (Task End, DateTimeOffset Since) left) || left.End.IsCompleted) return;
        throw new AppStatusException(
            ErrorId.DeployNotStopped,
            $"An earlier deploy to {instance.Name}, which could not be stopped at {left.Since.ToString("u", CultureInfo.InvariantCulture)}, still runs in {Here}: no second one is started beside it.",
            "Wait until it has ended, or end that process; then type this again.", instance);
    }
}
