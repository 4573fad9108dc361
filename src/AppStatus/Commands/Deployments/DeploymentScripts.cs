using AppStatus.Core.Balancers;
using AppStatus.Core.Deployments;
using AppStatus.Core.Deployments.Execution;
using AppStatus.Core.Deployments.Planning;
using AppStatus.Core.Environments;
using AppStatus.Core.Errors;
using AppStatus.Core.Monitoring;
using AppStatus.Core.Monitoring.Alerts;
using AppStatus.Core.Status;
using AppStatus.Core.Verification;
using AppStatus.Core.Verification.Analysis;
using AppStatus.Scripts;
using AppStatus.Sessions;

namespace AppStatus.Commands.Deployments;

/// <summary>The blocks that were passed, taken from the session, as the engine's ports.</summary>
internal sealed class DeploymentScripts
{
    /// <summary>A check is a look, not a job.</summary>
    private static readonly TimeSpan CheckTimeout = TimeSpan.FromSeconds(60);

    /// <summary>So many instances' metrics are read side by side.</summary>
    private const int MetricsLimit = 32;

    private readonly LaneScript? _healthCheck, _versionCheck, _beforeDrain, _afterRestore;
    private readonly int[] _successExitCodes;
    private readonly AlertRule[] _rules;
    private readonly ReleaseJudge? _judge;
    private readonly bool _hasChannel;

    private DeploymentScripts(DrivingCmdlet typed, string? recordedFile)
    {
        SessionState session = typed.SessionState;
        LaneScript? Take(ScriptBlock? block, string parameter) => block is null ? null : LaneScript.Take(block, session, parameter, modules: typed.Module);
        string? file = typed.Form.File is null ? null : session.Path.GetUnresolvedProviderPathFromPSPath(typed.Form.File);
        if (typed.Form.Block is null && file is null) file = recordedFile;
        File = typed.Form.Block is null ? file : null;
        Deploy = typed.Form.Block is not null
            ? LaneScript.Take(typed.Form.Block, session, "Deploy", typed.ArgumentList, typed.Module)
            : file is null ? null : LaneScript.TakeFile(file, session, typed.ArgumentList, typed.Module);
        _healthCheck = Take(typed.HealthCheck, nameof(typed.HealthCheck));
        _versionCheck = Take(typed.VersionCheck, nameof(typed.VersionCheck));
        _beforeDrain = Take(typed.BeforeDrain, nameof(typed.BeforeDrain));
        _afterRestore = Take(typed.AfterRestore, nameof(typed.AfterRestore));
        _successExitCodes = typed.SuccessExitCode;
        _rules = typed.Rules;
        _judge = typed.AnalysisRules.Length == 0 ? null : ReleaseJudge.Create(typed.AnalysisRules, MetricsLimit);
        _hasChannel = typed.Channel.Length > 0;
    }

    /// <summary>Null: none was passed, and none is recorded.</summary>
    public LaneScript? Deploy { get; }

    /// <summary>The deploy script's absolute path; null: it is a block.</summary>
    public string? File { get; }

    /// <summary>On the pipeline thread: the values of $using: are read now.</summary>
    /// <param name="recordedFile">The script file that the journal names; null: none.</param>
    /// <exception cref="AppStatusException"><see cref="ErrorId.UsingVariableNotFound"/>, <see cref="ErrorId.ScriptMissing"/>.</exception>
    public static DeploymentScripts Take(DrivingCmdlet typed, string? recordedFile = null) => new(typed, recordedFile);

    public DeploymentPorts Ports(
        IReadOnlyDictionary<string, IBalancer> balancers, InstanceHealthProbe health, DeploymentOptions options, IStatusClient status, DeploymentNarrator narrator)
    {
        ImageDeployment? image = options.DeployImage.Length == 0 ? null : new ImageDeployment(
            EnvironmentHosts.All(ModuleLayout.Lab, engine: ""), options.DeployImage, options.TrafficControl == TrafficControl.Status, status, (instance, text) => narrator.OnLine(instance, new LaneLine("Output", text)));
        return new DeploymentPorts
        {
            Balancers = balancers,
            Health = health.With(
                _healthCheck is null ? null : new ScriptHealthCheck(_healthCheck, CheckTimeout, narrator.OnLine),
                _versionCheck is not null ? new ScriptVersionCheck(_versionCheck, CheckTimeout, narrator.OnLine) : options.ChecksImage && Deploy is null ? image : null),
            Deploy = Deploy is not null ? new ScriptDeployAction(Deploy, _successExitCodes, narrator.OnLine, LeftBehindDeploys.OfThisProcess) : image is not null ? image : new NoDeployAction(),
            BeforeDrain = _beforeDrain is null ? null : new ScriptHook(_beforeDrain, "BeforeDrain", options.DeployTimeout, narrator.OnLine),
            AfterRestore = _afterRestore is null ? null : new ScriptHook(_afterRestore, "AfterRestore", options.DeployTimeout, narrator.OnLine),
            Observer = narrator.Observer,
            Judge = _judge,
            Watch = _rules.Length == 0 ? null : new ReleaseWatch(_rules, options.Interval, narrator.Warn),
        };
    }

    /// <summary>For a run that only puts members back.</summary>
    public static DeploymentPorts NoScripts(IReadOnlyDictionary<string, IBalancer> balancers, DeploymentNarrator narrator) => new()
    {
        Balancers = balancers,
        Health = new NoHealthProbe(),
        Deploy = new NoDeployAction(),
        Observer = narrator,
    };

    /// <summary>What was passed when the deployment was planned and is missing now; it is not recorded, so it must be passed again.</summary>
    /// <exception cref="AppStatusException"><see cref="ErrorId.ScriptMissing"/>.</exception>
    /// <param name="goesOn">The deployment goes on, and is watched as before; a way back is not.</param>
    public void Require(DeploymentOptions recorded, bool deploys, bool hasCredential, bool goesOn)
    {
        if (recorded.DeployImage.Length > 0 && Deploy is not null)
            throw new AppStatusException(ErrorId.InvalidArgument, $"The deployment goes by the image {recorded.DeployImage}: a script has no part in it. Nothing was touched.", "Leave -Deploy and -FilePath away.");
        (bool Needed, string Parameter)[] needs =
        [
            (deploys && Deploy is null && recorded.DeployImage.Length == 0, "-Deploy (or -FilePath)"),
            (recorded.HasHealthCheck && _healthCheck is null, "-HealthCheck"),
            (recorded.HasVersionCheck && _versionCheck is null, "-VersionCheck"),
            (recorded.HasBeforeDrainHook && _beforeDrain is null, "-BeforeDrain"),
            (recorded.HasAfterRestoreHook && _afterRestore is null, "-AfterRestore"),
            (goesOn && recorded.HasAlertRules && _rules.Length == 0, "-AlertRule"),
            (goesOn && recorded.HasAnalysis && _judge is null, "-Analysis"),
            (goesOn && recorded.HasChannel && !_hasChannel, "-Channel"),
            (recorded.HasStatusCredential && !hasCredential, "-StatusCredential or -StatusToken"),
        ];
        string[] missing = [.. needs.Where(need => need.Needed).Select(need => need.Parameter)];
        if (missing.Length > 0)
            throw new AppStatusException(ErrorId.ScriptMissing, $"The deployment was started with {string.Join(", ", missing)}, which is not recorded. Nothing was touched.", "Pass it again.");
    }

    private sealed class NoHealthProbe : IHealthProbe
    {
        public Task<HealthReading> ReadAsync(Instance instance, Uri statusUri, string release, CancellationToken cancellationToken) =>
            Task.FromResult(new HealthReading(Healthy: false, "", RunsExpected: false, "Nothing is checked in a run that only puts members back."));
    }

    /// <summary>Stands where no lane deploys; <see cref="Require"/> has made sure of that.</summary>
    private sealed class NoDeployAction : IDeployAction
    {
        public Task DeployAsync(Instance instance, string release, int attempt, CancellationToken cancellationToken) =>
            throw new AppStatusException(ErrorId.ScriptMissing, $"There is no deploy script for {instance.Name}.", target: instance);
    }
}
