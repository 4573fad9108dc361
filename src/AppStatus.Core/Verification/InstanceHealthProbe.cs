using AppStatus.Core.Deployments;
using AppStatus.Core.Errors;
using AppStatus.Core.Status;

namespace AppStatus.Core.Verification;

/// <summary>Health by the status endpoint, by another path, or by the user's check; the version by the endpoint or the user's check.</summary>
internal sealed class InstanceHealthProbe : IHealthProbe
{
    private readonly IStatusClient _status;

    public InstanceHealthProbe(IStatusClient status) => _status = status;

    private InstanceHealthProbe(InstanceHealthProbe other)
        : this(other._status)
    {
        HealthPath = other.HealthPath;
        HostHeader = other.HostHeader;
        StatusDrivesTraffic = other.StatusDrivesTraffic;
    }

    /// <summary>What must answer 200, relative to the instance's root; null: the status endpoint.</summary>
    public string? HealthPath { get; init; }

    public string? HostHeader { get; init; }

    private IHealthCheck? HealthCheck { get; init; }

    private IVersionCheck? VersionCheck { get; init; }

    /// <summary>An instance that is out of traffic by its status may answer 503 with a status: it is as healthy as it can be.</summary>
    public bool StatusDrivesTraffic { get; init; }

    /// <summary>The same, with the user's own checks; null: the endpoint's word.</summary>
    public InstanceHealthProbe With(IHealthCheck? healthCheck, IVersionCheck? versionCheck) =>
        new(this) { HealthCheck = healthCheck, VersionCheck = versionCheck };

    public async Task<HealthReading> ReadAsync(Instance instance, Uri statusUri, string release, CancellationToken cancellationToken)
    {
        bool needsStatus = (HealthCheck is null && HealthPath is null) || VersionCheck is null;
        InstanceStatus? status = needsStatus ? await GetAsync(instance, statusUri, cancellationToken).ConfigureAwait(false) : null;
        (bool healthy, string detail) = await HealthAsync(instance, statusUri, release, status, cancellationToken).ConfigureAwait(false);
        (bool expected, string version) = await VersionAsync(instance, release, status, healthy, cancellationToken).ConfigureAwait(false);
        return new HealthReading(healthy, version, expected, detail);
    }

    private async Task<(bool Healthy, string Detail)> HealthAsync(Instance instance, Uri statusUri, string release, InstanceStatus? status, CancellationToken cancellationToken)
    {
        if (HealthCheck is not null)
        {
            try
            {
                return await HealthCheck.CheckAsync(instance, release, cancellationToken).ConfigureAwait(false);
            }
            catch (AppStatusException exception)
            {
                return (false, exception.Message);
            }
        }

        if (HealthPath is not null)
        {
            InstanceStatus answer = await GetAsync(instance, new Uri(statusUri, HealthPath), cancellationToken).ConfigureAwait(false);
            return answer.StatusCode == 200 ? (true, "200") : (false, Describe(answer));
        }

        bool outByStatus = StatusDrivesTraffic && status!.StatusCode == 503 && status.Fault is null;
        return status!.StatusCode == 200 || outByStatus ? (true, $"{status.StatusCode} {status.RawStatus} {status.Version}".TrimEnd()) : (false, Describe(status));
    }

    private async Task<(bool RunsExpected, string Version)> VersionAsync(Instance instance, string release, InstanceStatus? status, bool healthy, CancellationToken cancellationToken)
    {
        if (VersionCheck is not null)
        {
            // A check of an instance that does not even answer would only be slow.
            if (!healthy) return (false, "");
            try
            {
                return await VersionCheck.CheckAsync(instance, release, instance.ExpectedVersion, cancellationToken).ConfigureAwait(false);
            }
            catch (AppStatusException exception)
            {
                return (false, exception.Message);
            }
        }

        string version = status?.Version ?? "";
        return (instance.ExpectedVersion.Length == 0 || string.Equals(version, instance.ExpectedVersion, StringComparison.Ordinal), version);
    }

    private Task<InstanceStatus> GetAsync(Instance instance, Uri uri, CancellationToken cancellationToken) =>
        _status.GetAsync(new StatusTarget(instance.Name, uri) { HostHeader = HostHeader }, cancellationToken);

    private static string Describe(InstanceStatus answer) => answer.Fault?.ToString() ?? $"{answer.Uri} answered {answer.StatusCode} {answer.RawStatus}".TrimEnd() + ".";
}
