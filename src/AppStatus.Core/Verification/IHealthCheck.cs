using AppStatus.Core.Deployments;

namespace AppStatus.Core.Verification;

/// <summary>The user's own idea of health, in place of an HTTP answer.</summary>
internal interface IHealthCheck
{
    /// <summary>An exception counts as unhealthy, with its message.</summary>
    Task<(bool Healthy, string Detail)> CheckAsync(Instance instance, CancellationToken cancellationToken);
}

/// <summary>The user's own idea of the version, where it is a file or a time stamp.</summary>
internal interface IVersionCheck
{
    /// <summary>Whether the instance runs what is expected, and what it runs, for people.</summary>
    Task<(bool RunsExpected, string Version)> CheckAsync(Instance instance, string expected, CancellationToken cancellationToken);
}
