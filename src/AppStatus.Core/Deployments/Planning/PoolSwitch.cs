namespace AppStatus.Core.Deployments.Planning;

/// <summary>A virtual server that is to send new connections to another pool.</summary>
/// <param name="Balancer">The balancer's id.</param>
/// <param name="VirtualServer">Its name, as the balancer has it.</param>
/// <param name="From">The pool that it has before.</param>
/// <param name="To">The pool that it shall have.</param>
/// <param name="MinimumServing">So many members of that pool must serve when it is switched.</param>
public sealed record PoolSwitch(string Balancer, string VirtualServer, string From, string To, int MinimumServing)
{
    internal PoolSwitch Back => this with { From = To, To = From };
}
