using AppStatus.Core.Deployments;

namespace AppStatus.Core.Verification;

/// <summary>Alert rules that watch a deployment from its beginning to its end.</summary>
internal interface IReleaseWatch
{
    /// <summary>Samples until it is cancelled; returns then.</summary>
    /// <param name="all">Everything that will run the new release, if all goes well.</param>
    /// <param name="released">What runs the new release by now; asked before each look, from any thread.</param>
    /// <param name="fired">Told when a rule fires: its name, the instance that it fired for (null: none in particular), and what was seen.</param>
    Task WatchAsync(IReadOnlyList<Instance> all, Func<IReadOnlyList<Instance>> released, Action<string, Instance?, string> fired, CancellationToken cancellationToken);
}
