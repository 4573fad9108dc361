using System.Globalization;
using AppStatus.Core.Deployments;
using AppStatus.Core.Deployments.Execution;
using AppStatus.Core.Deployments.Journal;
using AppStatus.Core.Deployments.Planning;
using AppStatus.Core.Errors;
using AppStatus.Core.Monitoring.Notification;
using AppStatus.Core.Reporting.AzurePipelines;
using AppStatus.Pipeline;
using AppStatus.Scripts;

namespace AppStatus.Commands.Deployments;

/// <summary>Tells a run as it happens: progress bars, verbose and information lines, and the lanes' logs.</summary>
internal sealed class DeploymentNarrator : IDeploymentObserver, IDisposable
{
    private const string Tag = "AppStatus.Deployment";

    /// <summary>A mail server that is slow has so long after the end.</summary>
    private static readonly TimeSpan LastWords = TimeSpan.FromSeconds(15);

    private static readonly TimeSpan RepeatInterval = TimeSpan.FromSeconds(1);

    private readonly IPipelineWriter _output;
    private readonly LaneLogs _logs;
    private readonly DeploymentProgress _progress;
    private readonly object _gate = new();
    private readonly Timer _repeat;
    private readonly AgentNarration? _agent = AgentNarration.IsHeard(Environment.GetEnvironmentVariable("TF_BUILD")) ? new AgentNarration() : null;
    private DeploymentNotifications? _notifications;
    private bool _logFailed;

    public DeploymentNarrator(IPipelineWriter output, LaneLogs logs)
    {
        _output = output;
        _logs = logs;
        _progress = new DeploymentProgress(output);
        _repeat = new Timer(static self => ((DeploymentNarrator)self!).Repeat(), this, RepeatInterval, RepeatInterval);
    }

    /// <summary>What was driven last; null: nothing yet.</summary>
    public string? DeploymentId { get; private set; }

    /// <summary>Who hears what the run's ports say: this, and the channels through it.</summary>
    public IDeploymentObserver Observer => _notifications ?? (IDeploymentObserver)this;

    public void Tell(IReadOnlyList<AlertChannel> channels, IReadOnlyList<string> occasions)
    {
        if (channels.Count == 0) return;
        _notifications = new DeploymentNotifications(
            this, [.. channels.Select(channel => channel.CreateNotifier())],
            [.. occasions.Select(occasion => (DeploymentOccasion)Enum.Parse(typeof(DeploymentOccasion), occasion, ignoreCase: true))], _output.WriteWarning);
    }

    /// <summary>After the run: what is still to be told is told, within a limit.</summary>
    public Task FinishAsync() => _notifications?.FinishAsync(LastWords) ?? Task.CompletedTask;

    /// <summary>Something about the run that is no part of it.</summary>
    public void Warn(string text) => _output.WriteWarning(text);

    /// <summary>Makes the logs' folder, so that a wrong path fails before anything is touched.</summary>
    public void Open() => _logs.Open();

    /// <inheritdoc cref="LaneLogs.Check"/>
    public void CheckLogs() => _logs.Check();

    public void OnRecord(JournalRecord record, RunState state)
    {
        DeploymentId = state.Id;
        string? line = Line(record.Event, state);
        if (line is not null) Say(line, record.Event);
        if (record.Event is DeploymentStarted started)
            foreach (string warning in started.Plan.Warnings) _output.WriteWarning(warning);
        foreach (AgentCommand command in _agent?.Of(record, state) ?? []) _output.WriteCommand(command);
        if (Lane(record.Event, state) is { } lane) Log(lane.Plan.Instance, new LaneLine("AppStatus", line ?? record.Event.GetType().Name));
        lock (_gate) _progress.Show(state);
    }

    public void OnReport(Lane lane, string text)
    {
        lock (_gate) _progress.Report(lane, text);
    }

    public void Dispose()
    {
        _repeat.Dispose();
        _notifications?.Dispose();
    }

    /// <summary>A line that a script of a lane wrote.</summary>
    public void OnLine(Instance instance, LaneLine line)
    {
        _output.WriteInformation($"[{instance.Name}] {line.Text}", Tag, line.Stream);
        Log(instance, line);
    }

    private void Repeat()
    {
        lock (_gate) _progress.Repeat();
    }

    private void Say(string line, JournalEvent item)
    {
        _output.WriteVerbose(line);
        // Nobody asks a build's log for more afterwards.
        if (_agent is not null && AgentNarration.IsCalm(item)) _output.WriteHost(line, Tag);
        else _output.WriteInformation(line, Tag);
    }

    // A log that can't be written is said once; it is no reason to end a deployment.
    private void Log(Instance instance, LaneLine line)
    {
        try
        {
            _logs.Write(instance, line);
        }
        catch (Exception cause) when (cause is IOException or UnauthorizedAccessException)
        {
            if (!_logFailed) _output.WriteVerbose($"The log of {instance.Name} can't be written: {cause.Message}");
            _logFailed = true;
        }
    }

    private static LaneRun? Lane(JournalEvent item, RunState state) => item switch
    {
        StepStarted started => state[started.Lane],
        StepSucceeded succeeded => state[succeeded.Lane],
        StepFailed failed => state[failed.Lane],
        LaneEnded ended => state[ended.Lane],
        _ => null,
    };

    private static string? Line(JournalEvent item, RunState state) => item switch
    {
        DeploymentStarted started => $"Deployment {started.Id} of {Name(state)} has started: {state.Lanes.Count} instances.",
        StepStarted { Attempt: > 1 } started => $"{Instance(started.Lane, state)}: {started.Step}, attempt {started.Attempt}",
        StepStarted { Capacity: int capacity } started => $"{Instance(started.Lane, state)}: {started.Step}; {capacity.ToString(CultureInfo.InvariantCulture)} members go on serving",
        StepStarted started => $"{Instance(started.Lane, state)}: {started.Step}",
        StepSucceeded { Observed.Length: > 0 } succeeded => $"{Instance(succeeded.Lane, state)}: {succeeded.Step} done: {succeeded.Observed}",
        StepFailed failed => $"{Instance(failed.Lane, state)}: {failed.Step} FAILED ({failed.Error}): {failed.Message}",
        LaneEnded ended => $"{Instance(ended.Lane, state)}: {ended.State}{(ended.Error is ErrorId error ? $" ({error})" : "")}; left {Results.Left(state[ended.Lane])}",
        BakeStarted bake => $"Wave {bake.Wave} is done; its health is watched.",
        ShareWithdrawn withdrawn => withdrawn.Why,
        AlertFired alert => $"Alert {alert.Rule}: {alert.Message}",
        BakeEnded { Failure.Length: > 0 } bake => $"Wave {bake.Wave} was judged and found bad: {bake.Failure}",
        BakeEnded { Inconclusive.Length: > 0 } bake => $"Wave {bake.Wave} could not be judged: {bake.Inconclusive}",
        BakeEnded { Unhealthy.Count: 0, CutShort: true } bake => $"The watch over wave {bake.Wave} was cut short; nothing bad was seen until then.",
        BakeEnded { Unhealthy.Count: 0 } bake => $"Wave {bake.Wave} stayed healthy.",
        BakeEnded bake => $"Wave {bake.Wave} lost the health of {string.Join(", ", bake.Unhealthy.Keys.Select(lane => Instance(lane, state)))}.",
        FleetCheckStarted => "Every instance's version is checked.",
        FleetChecked { Mismatched.Count: 0, CutShort: true } => "The check of versions was cut short: not every instance was asked.",
        FleetChecked { Mismatched.Count: 0 } => "Every instance runs the expected version.",
        FleetChecked check => $"Not on the expected version: {string.Join(", ", check.Mismatched.Select(pair => $"{Instance(pair.Key, state)} ({pair.Value})"))}.{(check.CutShort ? " The check was cut short: not every instance was asked." : "")}",
        Halted halted => $"Halted ({halted.Error}): {halted.Message}",
        StopRequested stop => $"Stopping{Because(stop.By, stop.Reason)}: what was only drained goes back, a running deploy may finish.",
        DeploymentResumed resumed => $"Resumed by {resumed.By} on {resumed.Host}{(resumed.TakenOverFrom.Length > 0 ? $", taken over from {resumed.TakenOverFrom}" : "")}.",
        Paused paused => $"Paused ({paused.Reason}): {paused.Message} It waits for {paused.Patience.TotalSeconds:0} s, for Resume-, Approve-, Undo- or Stop-Deployment {state.Id}.",
        Continued continued => $"{continued.By} lets it go on{(continued.Reason.Length > 0 ? $" ({continued.Reason})" : "")}.",
        Denied denied => $"{denied.By} denied the approval{(denied.Reason.Length > 0 ? $" ({denied.Reason})" : "")}.",
        Closed closed => $"Closed{Because(closed.By, closed.Reason)}.",
        ConfigurationKept { Fault.Length: 0 } => "The balancers' configuration is kept.",
        ConfigurationKept kept => kept.Fault,
        DeploymentEnded ended => $"Deployment of {Name(state)}: {ended.State}.",
        _ => null,
    };

    private static string Because(string by, string reason) => $", as {by} asked{(reason.Length > 0 ? $" ({reason})" : "")}";

    private static string Name(RunState state) => string.Join(" to ", new[] { state.Plan.Release, string.Join(", ", state.Plan.Pools.Select(pool => pool.Pool)) }.Where(part => part.Length > 0));

    private static string Instance(string lane, RunState state) => state[lane].Plan.Instance.Name;
}
