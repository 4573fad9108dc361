using AppStatus.Core.Deployments;

namespace AppStatus.Core.Verification;

/// <summary>The user's own idea of health, in place of an HTTP answer.</summary>
internal interface IHealthCheck
{
    /// <param name="release">What the deployment brings to the instance.</param>
    /// <summary>An exception counts as unhealthy, with its message.</summary>
    Task<(bool Healthy, string Detail)> CheckAsync(Instance instance, string release, CancellationToken cancellationToken);
}

/// <summary>The user's own idea of the version, where it is a file or a time stamp.</summary>
internal interface IVersionCheck
{
    /// <param name="release">What the deployment brings to the instance.</param>
    /// <param name="expected">What the instance shall report then; empty: anything.</param>
    /// <summary>Whether the instance runs what is expected, and what it runs, for people.</summary>
    Task<(bool RunsExpected, string Version)> CheckAsync(Instance instance, string release, string expected, CancellationToken cancellationToken);
}
