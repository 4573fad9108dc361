using AppStatus.Core.Deployments;

namespace AppStatus.Core.Verification;

/// <summary>Looks at an instance's health and version. An instance that can't be reached is unhealthy, not an exception.</summary>
internal interface IHealthProbe
{
    /// <param name="release">What the deployment brings to the instance, for checks of the user's own.</param>
    Task<HealthReading> ReadAsync(Instance instance, Uri statusUri, string release, CancellationToken cancellationToken);
}
