using System.ComponentModel;
using System.Security;
using AppStatus.Core.Deployments;
using AppStatus.Core.Deployments.Journal;
using AppStatus.Core.Deployments.Planning;
using AppStatus.Core.Errors;
using AppStatus.Core.Monitoring.Alerts;
using AppStatus.Core.Monitoring.Notification;
using AppStatus.Core.Reporting;
using AppStatus.Core.Status;
using AppStatus.Core.Verification.Analysis;
using AppStatus.Pipeline;

namespace AppStatus.Commands.Deployments;

/// <summary>What every cmdlet that drives a deployment shares: the blocks, how status endpoints are spoken to, and the store.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public abstract class DrivingCmdlet : OperationCmdlet
{
    private StatusClient? _status;
    private StoreParameters? _store;
    private string? _logFolder;
    private ReportFile? _report;
    private volatile bool _running;

    private protected DrivingCmdlet()
    {
    }

    /// <summary>Arguments for the block's own param().</summary>
    [Parameter]
    public object?[] ArgumentList { get; set; } = [];

    /// <summary>Modules that are imported before each block runs.</summary>
    [Parameter]
    public string[] Module { get; set; } = [];

    /// <summary>Exit codes of the block's last native command that count as success.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public int[] SuccessExitCode { get; set; } = [0];

    /// <summary>In place of an HTTP answer: a block that returns $true for a healthy instance.</summary>
    [Parameter]
    [ValidateNotNull]
    public ScriptBlock? HealthCheck { get; set; }

    /// <summary>Where the version is a time stamp or a file: a block that returns the version, or whether it is the expected one.</summary>
    [Parameter]
    [ValidateNotNull]
    public ScriptBlock? VersionCheck { get; set; }

    /// <summary>The Host header and SNI name, where they differ from the address.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? HostHeader { get => Endpoint.HostHeader; set => Endpoint.HostHeader = value; }

    /// <summary>For Basic authentication at the status endpoint.</summary>
    [Parameter]
    [Credential]
    public PSCredential? StatusCredential { get => Endpoint.Credential; set => Endpoint.Credential = value; }

    /// <summary>A Bearer token for the status endpoint.</summary>
    [Parameter]
    public SecureString? StatusToken { get => Endpoint.Token; set => Endpoint.Token = value; }

    /// <summary>Takes any certificate of the status endpoints, in this command only.</summary>
    [Parameter]
    public SwitchParameter SkipCertificateCheck { get => Endpoint.SkipCertificateCheck; set => Endpoint.SkipCertificateCheck = value; }

    /// <summary>An HTTP proxy for the status endpoints; without it they are spoken to directly.</summary>
    [Parameter]
    public Uri? Proxy { get => Endpoint.Proxy; set => Endpoint.Proxy = value; }

    /// <summary>A block that is run for each instance before it is drained.</summary>
    [Parameter]
    [ValidateNotNull]
    public ScriptBlock? BeforeDrain { get; set; }

    /// <summary>A block that is run for each instance after it is back in traffic.</summary>
    [Parameter]
    [ValidateNotNull]
    public ScriptBlock? AfterRestore { get; set; }

    /// <summary>Where the deployment is recorded: a folder, or redis://host:6379/0 that many machines share.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public virtual string? Store { get; set; }

    /// <summary>A folder for a log of each lane.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? LogPath { get; set; }

    /// <summary>A file for a report of the deployment, or a folder for a file that its id names; written when the run ends, however it ends.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? ReportPath { get; set; }

    /// <summary>The user and password of a store that is a Redis and wants them.</summary>
    [Parameter]
    [Credential]
    public PSCredential? StoreCredential { get; set; }

    /// <summary>Who is told of the deployment; what New-AlertChannel makes.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public AlertChannel[] Channel { get; set; } = [];

    /// <summary>What the channels hear of.</summary>
    [Parameter]
    [ValidateSet("Started", "Alert", "Paused", "Succeeded", "Failed")]
    public string[] NotifyOn { get; set; } = ["Alert", "Paused", "Failed"];

    /// <summary>Seconds to wait for another deployment of the pool, 0–86400.</summary>
    [Parameter]
    [ValidateRange(0, 86400)]
    public double LockTimeoutSec { get; set; }

    /// <summary>Rules that watch the deployment.</summary>
    internal virtual AlertRule[] Rules => [];

    /// <summary>What canaries are judged by.</summary>
    internal virtual AnalysisRule[] AnalysisRules => [];

    /// <summary>How the release gets onto an instance.</summary>
    internal abstract DeployForm Form { get; }

    private protected StatusEndpointParameters Endpoint { get; } = new();

    private protected StatusClient Status => _status ??= new StatusClient(Endpoint.ToOptions(connections: 32));

    protected override void BeginProcessing()
    {
        if (Endpoint.Check() is { } fault) ThrowFault(fault);
    }

    internal sealed override void End(ErrorRecord record) => throw DeploymentFailureException.Of(record, this);

    private protected override bool Prepare()
    {
        Previews = IsPreview;
        _logFolder = LogPath is null ? null : SessionState.Path.GetUnresolvedProviderPathFromPSPath(LogPath);
        _report = ReportPath is null ? null : Deployments.ReportPath.Of(ReportPath, SessionState, format: null);
        _store = new StoreParameters(StoreMeant, StoreCredential, SessionState, Begins && !Previews ? !Host.IsInteractive() : null);
        return true;
    }

    /// <summary>The store as it was typed, or came through the pipeline. On the pipeline thread.</summary>
    private protected virtual string? StoreMeant => Store;

    /// <summary>It only shows what it would do.</summary>
    private protected bool Previews { get; private set; }

    /// <summary>Whether deployments begin with it, so that a store is made where there is none.</summary>
    private protected virtual bool Begins => false;

    private protected sealed override string? StopNotice => _running
        ? $"Stopping: what was only drained goes back, and a running deploy may go on for {DeployGrace.TotalSeconds:0.#} s."
        : null;

    /// <summary>How long a running deploy may go on after a stop.</summary>
    private protected abstract TimeSpan DeployGrace { get; }

    /// <summary>From here on a stop takes a while: it is said at once that it was heard.</summary>
    private protected void Begin(DeploymentNarrator narrator)
    {
        narrator.Open();
        _report?.Require();
        _running = true;
    }

    /// <summary>Whether the logs and the report that were asked for can be written; makes nothing.</summary>
    private protected IEnumerable<Finding> CheckOutputs(DeploymentNarrator narrator)
    {
        if (LogPath is not null) yield return Finding.Of("Log", narrator.CheckLogs, $"The logs can be written to {_logFolder}.");
        if (_report is not null) yield return Finding.Of("Report", _report.Require, $"The report can be written to {ReportPath}.");
    }

    /// <summary>Whether the cmdlet has done what it is for, whatever became of the deployment.</summary>
    private protected virtual bool IsDone(DeploymentResult result) => false;

    /// <summary>What is driven, one after the other: ids of deployments; for a new one, an empty text.</summary>
    private protected virtual Task<IReadOnlyList<string>> SubjectsAsync(LazyStore lazy, CancellationToken cancellationToken) => Task.FromResult<IReadOnlyList<string>>([""]);

    /// <summary>Drives a deployment of the store; null: nothing was run.</summary>
    private protected abstract Task<DeploymentResult?> DriveAsync(IPipelineWriter output, LazyStore store, DeploymentNarrator narrator, string subject, CancellationToken stop);

    private protected sealed override async Task RunAsync(IPipelineWriter output, CancellationToken cancellationToken)
    {
        using LazyStore store = new(_store!, output);
        IReadOnlyList<string> subjects = await SubjectsAsync(store, cancellationToken).ConfigureAwait(false);
        if (_report is { TakesOne: true } && subjects.Count > 1)
            throw new AppStatusException(ErrorId.InvalidArgument, $"-ReportPath: {ReportPath} is one file, and there are {subjects.Count} deployments. Nothing was touched.", "Name a folder: each report gets the deployment's id for a name.");
        foreach (string subject in subjects)
            await RunAsync(output, store, subject, cancellationToken).ConfigureAwait(false);
    }

    private async Task RunAsync(IPipelineWriter output, LazyStore store, string subject, CancellationToken cancellationToken)
    {
        using var logs = new LaneLogs(_logFolder);
        using var narrator = new DeploymentNarrator(output, logs);
        narrator.Tell(Channel, NotifyOn);
        DeploymentResult? result = null;
        string report = "";
        try
        {
            result = await DriveAsync(output, store, narrator, subject, cancellationToken).ConfigureAwait(false);
            if (result is not null) result = result with { Store = (await store.OpenAsync(CancellationToken.None).ConfigureAwait(false)).Location };
            await narrator.FinishAsync().ConfigureAwait(false);
        }
        finally
        {
            if (_report is not null && (result?.Id ?? narrator.DeploymentId) is { } id && _running) report = await ReportAsync(output, store, id).ConfigureAwait(false);
        }

        if (result is null) return;
        Fault? fault = IsDone(result) ? null : DeploymentSummary.Fault(result);
        if (cancellationToken.IsCancellationRequested) output.WriteLastWords($"{fault?.ToString() ?? DeploymentSummary.Describe(result)} {report}".TrimEnd());
        else if (fault is null) output.WriteObject(result);
        else throw DeploymentFailureException.Of(fault, result);
    }

    // The deployment is what it is, with a report or without.
    private async Task<string> ReportAsync(IPipelineWriter output, LazyStore store, string id)
    {
        try
        {
            IDeploymentStore opened = await store.OpenAsync(CancellationToken.None).ConfigureAwait(false);
            string told = $"The report is {_report!.Write(await ReportReader.ReadAsync(opened, id, CancellationToken.None).ConfigureAwait(false))}.";
            output.WriteVerbose(told);
            return told;
        }
        catch (Exception exception)
        {
            string told = exception is AppStatusException { Id: ErrorId.ReportNotWritten } known ? known.Fault.ToString() : $"The report of deployment {id} could not be written: {exception.Message}";
            output.WriteWarning(told);
            return told;
        }
    }

    protected override void Dispose(bool disposing)
    {
        base.Dispose(disposing);
        if (disposing) _status?.Dispose();
    }
}
