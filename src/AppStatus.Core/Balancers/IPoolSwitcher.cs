namespace AppStatus.Core.Balancers;

/// <summary>A balancer that can send what one address receives to another pool, in one write.</summary>
internal interface IPoolSwitcher
{
    /// <exception cref="Errors.AppStatusException"><see cref="Errors.ErrorId.VirtualServerNotFound"/>, and what a read throws.</exception>
    Task<SwitchableServer> ReadServerAsync(string name, CancellationToken cancellationToken);

    /// <summary>New connections go to the pool; live ones stay where they are. Read back.</summary>
    /// <exception cref="Errors.AppStatusException">Nothing was changed: StandbyUnit, VirtualServerNotFound, PoolNotFound, NoServingMember, BalancerRefused, AccessDenied. Afterwards: WriteNotConfirmed.</exception>
    Task<SwitchableServer> SwitchPoolAsync(string name, string pool, CancellationToken cancellationToken);
}

/// <summary>An address that clients use, and where its connections go.</summary>
/// <param name="Name">The balancer's own, unique name.</param>
/// <param name="Pool">As members of it name it; empty: it has none.</param>
/// <param name="Choosers">Policies and rules, each of which may send a connection elsewhere.</param>
internal sealed record SwitchableServer(string Name, string Pool, IReadOnlyList<string> Choosers);

internal static class PoolSwitchers
{
    /// <exception cref="Errors.AppStatusException"><see cref="Errors.ErrorId.NotSupported"/>: it has no virtual servers.</exception>
    public static IPoolSwitcher Switcher(this IBalancer balancer) => balancer as IPoolSwitcher ?? throw new Errors.AppStatusException(
        Errors.ErrorId.NotSupported, $"{balancer.Id} has no virtual servers that could be sent to another pool.",
        "Pipe the instances of both sides in and pass -Promote: then the sides are exchanged by status or by member states.", balancer.Id);
}
