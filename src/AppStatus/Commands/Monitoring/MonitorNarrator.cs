using AppStatus.Core.Errors;
using AppStatus.Core.Monitoring;
using AppStatus.Core.Monitoring.Alerts;
using AppStatus.Core.Monitoring.Metrics;
using AppStatus.Core.Monitoring.Notification;
using AppStatus.Pipeline;

namespace AppStatus.Commands.Monitoring;

/// <summary>Writes what a monitor sees into the pipeline: samples and alerts as objects, a metric that goes silent as one warning, not one a beat.</summary>
/// <param name="action">Run for each alert on the pipeline thread; null for none.</param>
internal sealed class MonitorNarrator(ScriptBlock? action) : IMonitorObserver
{
    private readonly HashSet<(string, string)> _silent = [];
    private readonly List<Task> _actions = [];

    /// <summary>Set before the monitor runs.</summary>
    public IPipelineWriter? Output { get; set; }

    public void OnReading(MetricReading reading)
    {
        (string, string) key = (reading.Target.Key, reading.Metric);
        if (reading.Sample is { } sample)
        {
            if (_silent.Remove(key)) Output!.WriteVerbose($"{sample.Instance} has a {sample.Name} again.");
            Output!.WriteObject(sample);
        }
        else if (!reading.WarmingUp)
        {
            if (_silent.Add(key)) Output!.WriteWarning($"No data: {reading.Fault}");
            else Output!.WriteVerbose($"No data still: {reading.Fault}");
        }
    }

    public void OnAlert(Alert alert, MetricTarget target)
    {
        Output!.WriteObject(alert);
        if (action is null) return;
        _actions.RemoveAll(done => done.IsCompleted);
        _actions.Add(Output.OnPipelineAsync(() => Run(alert)));
    }

    public void OnNotified(NotificationResult result, IReadOnlyList<Alert> alerts)
    {
        if (result.Fault is { } fault) Output!.WriteError(fault, alerts.Count == 1 ? alerts[0] : alerts);
        else Output!.WriteVerbose($"{result.Channel} was told of {string.Join(", ", alerts.Select(alert => $"{alert.Rule} on {alert.Instance} ({alert.State})"))}.");
    }

    /// <summary>After the watch: the last alerts' actions are run, too.</summary>
    public Task EndAsync() => Task.WhenAll(_actions);

    /// <summary>On the pipeline thread. A block that fails is an error, and the watch goes on.</summary>
    private bool Run(Alert alert)
    {
        try
        {
            foreach (PSObject? value in action!.InvokeWithContext(null, [new PSVariable("Alert", alert), new PSVariable("_", alert)]))
                if (value is not null) Output!.WriteObject(value);
        }
        catch (RuntimeException exception) when (exception is not PipelineStoppedException)
        {
            Output!.WriteError(new Fault(ErrorId.AlertActionFailed, $"-Action failed for {alert.Rule} on {alert.Instance}: {exception.Message}", "The watch goes on. Try the block alone, with an alert as $Alert."), alert);
        }

        return true;
    }
}
