using Amazon.Runtime;
using Amazon.Runtime.CredentialManagement;
using Amazon.Runtime.Credentials;
using AppStatus.Core.Errors;

namespace AppStatus.Core.Balancers.Elb;

/// <summary>
/// The SDK's chain: environment, shared profile, container or instance role; what ends is renewed by it. It is asked for each
/// request, and nothing of it is kept here.
/// </summary>
internal sealed class ElbCredentials(string profileName, TimeSpan timeout, TimeProvider time)
{
    private const string Hint = "Set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, write a profile with 'aws configure', or run where an instance role is. Profiles of SSO or with a role to assume: get keys with 'aws configure export-credentials' first.";

    private AWSCredentials? _found;

    /// <exception cref="AppStatusException"><see cref="ErrorId.AuthenticationFailed"/>: there are none, or <see cref="ErrorId.TimedOut"/>.</exception>
    public async Task<ImmutableCredentials> GetAsync(CancellationToken cancellationToken)
    {
        // The SDK looks into files and asks the instance's metadata, partly without a token to stop it by.
        Task<ImmutableCredentials> looking = Task.Run(async () => await (_found ??= Find()).GetCredentialsAsync().ConfigureAwait(false), cancellationToken);
        using CancellationTokenSource limit = time.CreateCancellationTokenSource(timeout);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        try
        {
            var stopped = new TaskCompletionSource<ImmutableCredentials>(TaskCreationOptions.RunContinuationsAsynchronously);
            using CancellationTokenRegistration registration = either.Token.Register(() => stopped.TrySetCanceled());
            return await (await Task.WhenAny(looking, stopped.Task).ConfigureAwait(false)).ConfigureAwait(false);
        }
        catch (OperationCanceledException e) when (!cancellationToken.IsCancellationRequested)
        {
            throw new AppStatusException(ErrorId.TimedOut, $"No AWS credentials were found within {timeout.TotalSeconds:0.#} s.", Hint, inner: e);
        }
        catch (Exception e) when (e is AmazonClientException or AmazonServiceException or InvalidOperationException or ArgumentException)
        {
            throw new AppStatusException(ErrorId.AuthenticationFailed, $"There are no AWS credentials to sign with{From}: {SafeText.Condensed(e.Message).TrimEnd('.')}.", Hint, inner: e);
        }
    }

    /// <summary>What the environment or the profile says; empty where neither does.</summary>
    public string FindRegion()
    {
        if (profileName.Length > 0) return new CredentialProfileStoreChain().TryGetProfile(profileName, out CredentialProfile profile) ? profile.Region?.SystemName ?? "" : "";
        string? named = Environment.GetEnvironmentVariable("AWS_REGION") ?? Environment.GetEnvironmentVariable("AWS_DEFAULT_REGION");
        if (!string.IsNullOrEmpty(named)) return named!;
        string standard = Environment.GetEnvironmentVariable("AWS_PROFILE") ?? "default";
        return new CredentialProfileStoreChain().TryGetProfile(standard, out CredentialProfile own) ? own.Region?.SystemName ?? "" : "";
    }

    private string From => profileName.Length > 0 ? $" in the profile '{SafeText.Condensed(profileName)}'" : "";

    private AWSCredentials Find()
    {
        if (profileName.Length == 0) return DefaultAWSCredentialsIdentityResolver.GetCredentials();
        return new CredentialProfileStoreChain().TryGetAWSCredentials(profileName, out AWSCredentials credentials)
            ? credentials
            : throw new AmazonClientException("the profile is not there, or it has no keys");
    }
}
