using AppStatus.Core.Balancers;

namespace AppStatus.Core.Deployments.Planning;

/// <summary>The instance that a lane's own takes the place of.</summary>
/// <param name="StatusUri">Where its status is read, and set.</param>
/// <param name="Memberships">Its entries in the pools, as they were when the deployment was planned.</param>
public sealed record ReplacedInstance(Instance Instance, Uri StatusUri, IReadOnlyList<PoolMember> Memberships);
