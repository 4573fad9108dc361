using AppStatus.Core.Deployments.Journal;
using AppStatus.Pipeline;

namespace AppStatus.Commands.Deployments;

/// <summary>The store, opened when it is first needed: a preview needs none, and opening may make a folder.</summary>
internal sealed class LazyStore(StoreParameters parameters, IPipelineWriter output) : IDisposable
{
    private IDeploymentStore? _store;

    public async Task<IDeploymentStore> OpenAsync(CancellationToken cancellationToken) =>
        _store ??= await parameters.OpenAsync(output, cancellationToken).ConfigureAwait(false);

    public void Dispose() => _store?.Dispose();
}
