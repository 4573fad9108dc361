using AppStatus.Core.Deployments;
using AppStatus.Core.Deployments.Journal;
using AppStatus.Core.Errors;

namespace AppStatus.Core.Reporting;

/// <summary>Reports on the deployments of a store.</summary>
internal static class ReportReader
{
    /// <exception cref="AppStatusException"><see cref="ErrorId.DeploymentNotFound"/>, <see cref="ErrorId.JournalDamaged"/>, <see cref="ErrorId.StoreUnavailable"/>.</exception>
    public static async Task<DeploymentReport> ReadAsync(IDeploymentStore store, string id, CancellationToken cancellationToken)
    {
        (DeploymentResult result, _) = await new DeploymentHistory(store).ReadAsync(id, cancellationToken).ConfigureAwait(false);
        return ReportBuilder.Build(await store.ReadAsync(id, cancellationToken).ConfigureAwait(false), result);
    }
}
