using AppStatus.Core.Deployments;

namespace AppStatus.Core.Verification;

/// <summary>At most so many reads side by side, for whoever watches a whole fleet; the others wait their turn.</summary>
internal sealed class BoundedHealthProbe(IHealthProbe probe, int limit) : IHealthProbe, IDisposable
{
    private readonly SemaphoreSlim _free = new(limit);

    public async Task<HealthReading> ReadAsync(Instance instance, Uri statusUri, string release, CancellationToken cancellationToken)
    {
        await _free.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            return await probe.ReadAsync(instance, statusUri, release, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            _free.Release();
        }
    }

    public void Dispose() => _free.Dispose();
}
