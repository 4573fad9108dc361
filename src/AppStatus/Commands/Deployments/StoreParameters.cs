using System.Net;
using AppStatus.Core.Deployments.Journal;
using AppStatus.Pipeline;

namespace AppStatus.Commands.Deployments;

/// <summary>What -Store means, the same in each cmdlet that has it. Made on the pipeline thread: a folder is relative to the session's.</summary>
/// <param name="unattended">For a cmdlet that begins deployments: whether nobody is at the prompt. Null: it begins none.</param>
internal sealed class StoreParameters(string? store, PSCredential? credential, SessionState session, bool? unattended = null)
{
    private readonly string? _asked = store is null ? null : Resolve(store, session);
    private readonly NetworkCredential? _credential = credential?.GetNetworkCredential();

    /// <summary>A folder is made absolute, a URI stays as it is.</summary>
    public static string Resolve(string store, SessionState session) => store.Contains("://") ? store : session.Path.GetUnresolvedProviderPathFromPSPath(store);

    /// <exception cref="Core.Errors.AppStatusException">It can't be reached.</exception>
    public async Task<IDeploymentStore> OpenAsync(IPipelineWriter output, CancellationToken cancellationToken)
    {
        (IDeploymentStore opened, string? warning) = await StoreLocation.OpenAsync(_asked, _credential, unattended, cancellationToken).ConfigureAwait(false);
        if (warning is not null) output.WriteWarning(warning);
        return opened;
    }
}
