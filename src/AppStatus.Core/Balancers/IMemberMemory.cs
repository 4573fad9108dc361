namespace AppStatus.Core.Balancers;

/// <summary>
/// A balancer whose members leave its list when they are taken out. It lists those that it is told of here as well, so that
/// what was drained by an earlier process is still a member of its pool, and can be put back.
/// </summary>
internal interface IMemberMemory
{
    /// <param name="members">Of this balancer, out of a journal or a file, or as somebody else has read them.</param>
    void Learn(IEnumerable<PoolMember> members);
}
