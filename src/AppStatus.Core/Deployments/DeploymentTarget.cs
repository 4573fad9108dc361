using AppStatus.Core.Balancers;
using AppStatus.Core.Status;

namespace AppStatus.Core.Deployments;

/// <summary>One input of a deployment: an instance's status endpoint, and the pool member that it came from, if it came from one.</summary>
internal sealed record DeploymentTarget(StatusTarget Status)
{
    public PoolMember? Member => Status.Member;

    /// <summary>What its status shall be in the end, by a plan file; null: nobody says.</summary>
    public AppStatusValue? Goal { get; init; }
}
