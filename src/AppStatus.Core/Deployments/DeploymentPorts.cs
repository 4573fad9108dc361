using AppStatus.Core.Balancers;
using AppStatus.Core.Deployments.Execution;
using AppStatus.Core.Verification;

namespace AppStatus.Core.Deployments;

/// <summary>Everything through which a deployment touches the world.</summary>
internal sealed record DeploymentPorts
{
    /// <summary>By <see cref="IBalancer.Id"/>.</summary>
    public required IReadOnlyDictionary<string, IBalancer> Balancers { get; init; }

    public required IHealthProbe Health { get; init; }

    public required IDeployAction Deploy { get; init; }

    public IInstanceHook? BeforeDrain { get; init; }

    public IInstanceHook? AfterRestore { get; init; }

    /// <summary>Judges canaries; null: health alone does.</summary>
    public IReleaseJudge? Judge { get; init; }

    /// <summary>Alert rules; null: there are none.</summary>
    public IReleaseWatch? Watch { get; init; }

    public required IDeploymentObserver Observer { get; init; }

    public TimeProvider Time { get; init; } = TimeProvider.System;
}
