namespace AppStatus.Core.Deployments.Leases;

/// <summary>Held as long as its files are open.</summary>
internal sealed class FileLease(string folder, IReadOnlyList<string> keys, LeaseRecord record, LeaseHolder? before, IReadOnlyList<HeldFile> files) : ILease
{
    private readonly CancellationTokenSource _lost = new();
    private LeaseRecord _record = record;
    private int _ended;

    public IReadOnlyList<string> Keys => keys;

    public long Token => _record.Token;

    public LeaseHolder Holder => _record.Holder;

    public LeaseHolder? TakenOverFrom => before;

    public CancellationToken Lost => _lost.Token;

    public bool IsValidFor(TimeSpan duration)
    {
        if (Volatile.Read(ref _ended) != 0) return false;
        foreach (HeldFile file in files)
        {
            if (file.IsAlive()) continue;
            if (Interlocked.CompareExchange(ref _ended, 1, 0) == 0) _lost.Cancel();
            return false;
        }

        return true;
    }

    public Task NameAsync(string deploymentId, CancellationToken cancellationToken)
    {
        _record = _record with { Holder = _record.Holder with { DeploymentId = deploymentId } };
        try
        {
            foreach (HeldFile file in files) file.Write(_record);
            return Task.CompletedTask;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw LeaseFaults.Unavailable(folder, e.Message, e);
        }
    }

    public ValueTask DisposeAsync()
    {
        bool ours = Interlocked.Exchange(ref _ended, 2) == 0;
        foreach (HeldFile file in files)
        {
            try
            {
                if (ours) file.Write(_record with { Released = true });
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                // Then the next holder is told that this one did not give it back.
            }

            file.Dispose();
        }

        return default;
    }
}
