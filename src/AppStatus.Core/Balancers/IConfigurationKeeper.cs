namespace AppStatus.Core.Balancers;

/// <summary>A balancer whose running configuration is one thing, and what is saved, and what its other units have, another.</summary>
internal interface IConfigurationKeeper
{
    /// <summary>Changes nothing.</summary>
    /// <exception cref="Errors.AppStatusException"><see cref="Errors.ErrorId.NotSupported"/> or <see cref="Errors.ErrorId.InvalidArgument"/>: there is no group to synchronise, or no telling which.</exception>
    Task CheckSyncAsync(CancellationToken cancellationToken);

    /// <returns>In what the other units' configuration differs, for people; null: it is the same, or there is no other unit.</returns>
    /// <exception cref="Errors.AppStatusException">It can't be read.</exception>
    Task<string?> FindUnsyncedAsync(CancellationToken cancellationToken);

    /// <summary>Brings this unit's configuration to the others, and returns when they have it: a change that they don't have is lost at a failover.</summary>
    /// <exception cref="Errors.AppStatusException"><see cref="Errors.ErrorId.WriteNotConfirmed"/>, and what <see cref="CheckSyncAsync"/> throws.</exception>
    Task SyncAsync(CancellationToken cancellationToken);

    /// <summary>Keeps the running configuration over a restart.</summary>
    Task SaveAsync(CancellationToken cancellationToken);
}
