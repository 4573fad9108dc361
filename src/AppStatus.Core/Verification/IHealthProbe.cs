using AppStatus.Core.Deployments;

namespace AppStatus.Core.Verification;

/// <summary>Looks at an instance's health and version. An instance that can't be reached is unhealthy, not an exception.</summary>
internal interface IHealthProbe
{
    Task<HealthReading> ReadAsync(Instance instance, Uri statusUri, CancellationToken cancellationToken);
}
