namespace AppStatus.Core.Balancers;

/// <summary>
/// A connected load balancer that can read and change its members. Each write is read back: it returns what the balancer
/// says afterwards, or throws <see cref="Errors.AppStatusException"/> with <see cref="Errors.ErrorId.WriteNotConfirmed"/>.
/// </summary>
internal interface IBalancer
{
    /// <summary>The balancer's own identity (a device group, an ARN), the same whatever address was typed.</summary>
    string Id { get; }

    BalancerCapabilities Capabilities { get; }

    /// <summary>All members of a pool, in the balancer's order.</summary>
    Task<IReadOnlyList<PoolMember>> GetMembersAsync(string pool, CancellationToken cancellationToken);

    /// <summary>Every membership of these addresses, in whatever pool, by a number of requests that does not grow with the pools.</summary>
    /// <param name="addresses">As <see cref="PoolMember.Address"/> has them.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    Task<IReadOnlyList<PoolMember>> FindMembersAsync(IReadOnlyCollection<string> addresses, CancellationToken cancellationToken);

    Task<PoolMember> SetStateAsync(PoolMember member, TrafficState state, CancellationToken cancellationToken);

    /// <summary>Sets the native weight, an absolute number.</summary>
    Task<PoolMember> SetWeightAsync(PoolMember member, int weight, CancellationToken cancellationToken);
}
