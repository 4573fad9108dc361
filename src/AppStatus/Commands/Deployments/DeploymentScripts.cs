using AppStatus.Core.Balancers;
using AppStatus.Core.Deployments;
using AppStatus.Core.Errors;
using AppStatus.Core.Verification;
using AppStatus.Scripts;

namespace AppStatus.Commands.Deployments;

/// <summary>The blocks that were passed, taken from the session, as the engine's ports.</summary>
internal sealed class DeploymentScripts
{
    /// <summary>A check is a look, not a job.</summary>
    private static readonly TimeSpan CheckTimeout = TimeSpan.FromSeconds(60);

    private readonly LaneScript? _healthCheck, _versionCheck, _beforeDrain, _afterRestore;
    private readonly int[] _successExitCodes;
    private readonly TimeSpan _hookTimeout;

    private DeploymentScripts(DeploymentCmdlet typed)
    {
        SessionState session = typed.SessionState;
        LaneScript? Take(ScriptBlock? block, string parameter) => block is null ? null : LaneScript.Take(block, session, parameter, modules: typed.Module);
        Deploy = LaneScript.Take(typed.Deploy, session, nameof(typed.Deploy), typed.ArgumentList, typed.Module);
        _healthCheck = Take(typed.HealthCheck, nameof(typed.HealthCheck));
        _versionCheck = Take(typed.VersionCheck, nameof(typed.VersionCheck));
        _beforeDrain = Take(typed.BeforeDrain, nameof(typed.BeforeDrain));
        _afterRestore = Take(typed.AfterRestore, nameof(typed.AfterRestore));
        _successExitCodes = typed.SuccessExitCode;
        _hookTimeout = TimeSpan.FromSeconds(typed.DeployTimeoutSec);
    }

    public LaneScript Deploy { get; }

    /// <summary>On the pipeline thread: the values of $using: are read now.</summary>
    /// <exception cref="AppStatusException"><see cref="ErrorId.UsingVariableNotFound"/>.</exception>
    public static DeploymentScripts Take(DeploymentCmdlet typed) => new(typed);

    public IHealthCheck? HealthCheckPort(string release, Action<Instance, LaneLine> line) =>
        _healthCheck is null ? null : new ScriptHealthCheck(_healthCheck, release, CheckTimeout, line);

    public IVersionCheck? VersionCheckPort(string release, Action<Instance, LaneLine> line) =>
        _versionCheck is null ? null : new ScriptVersionCheck(_versionCheck, release, CheckTimeout, line);

    public DeploymentPorts Ports(IReadOnlyDictionary<string, IBalancer> balancers, IHealthProbe health, DeploymentNarrator narrator) => new()
    {
        Balancers = balancers,
        Health = health,
        Deploy = new ScriptDeployAction(Deploy, _successExitCodes, narrator.OnLine),
        BeforeDrain = _beforeDrain is null ? null : new ScriptHook(_beforeDrain, "BeforeDrain", _hookTimeout, narrator.OnLine),
        AfterRestore = _afterRestore is null ? null : new ScriptHook(_afterRestore, "AfterRestore", _hookTimeout, narrator.OnLine),
        Observer = narrator,
    };
}
