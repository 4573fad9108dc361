namespace AppStatus.Core.Deployments.Leases;

/// <summary>The right to change some pools, held until it is disposed or lost. Disposing gives it back, and never throws.</summary>
internal interface ILease : IAsyncDisposable
{
    /// <summary>What it covers, in ordinal order.</summary>
    IReadOnlyList<string> Keys { get; }

    /// <summary>Higher than that of every earlier holder of any of the keys in this store.</summary>
    long Token { get; }

    LeaseHolder Holder { get; }

    /// <summary>Writes down, for whoever finds it taken, which deployment it is held for now.</summary>
    /// <exception cref="Errors.AppStatusException">The store can't be used.</exception>
    Task NameAsync(string deploymentId, CancellationToken cancellationToken);

    /// <summary>The last holder, where it went without giving the lease back; null where all is in order.</summary>
    LeaseHolder? TakenOverFrom { get; }

    /// <summary>Cancelled when the lease is lost; nothing must be changed any more.</summary>
    CancellationToken Lost { get; }

    /// <summary>True while nobody else can come to hold it for at least so long. Ask before each change, with that change's time limit.</summary>
    bool IsValidFor(TimeSpan duration);
}
