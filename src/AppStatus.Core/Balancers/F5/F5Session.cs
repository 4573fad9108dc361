using AppStatus.Core.Errors;

namespace AppStatus.Core.Balancers.F5;

/// <summary>A connected BIG-IP. Its public face has no secret, so that it may be shown, exported and logged.</summary>
public sealed class F5Session
{
    private readonly F5Client _client;

    private F5Session(F5Client client, F5ConnectOptions options, F5Device device, TimeProvider time)
    {
        _client = client;
        Uri = options.Uri.GetLeftPart(UriPartial.Authority);
        ComputerName = options.Uri.Host;
        Port = options.Uri.Port;
        UserName = options.UserName;
        ConnectedAt = time.GetUtcNow();
        Id = device.Id;
        HostName = device.HostName;
        Version = device.Version;
        AllowStandby = options.AllowStandby;
        SkipCertificateCheck = options.SkipCertificateCheck;
        var unit = new F5ActiveUnit(client, options.AllowStandby);
        Configuration = new F5Configuration(client, Id, unit, time);
        Balancer = new F5Balancer(client, Id, unit, Configuration);
        VirtualServers = Balancer.VirtualServers;
    }

    /// <summary>What <see cref="PoolMember.Balancer"/>, leases and journals know it by: the units of its trust domain, whichever was connected to.</summary>
    public string Id { get; }

    public string ComputerName { get; }

    public int Port { get; }

    public string UserName { get; }

    public string Uri { get; }

    /// <summary>The unit's own name.</summary>
    public string HostName { get; }

    public string Version { get; }

    public DateTimeOffset ConnectedAt { get; }

    /// <summary>When the present token ends, if nothing is asked until then; any request renews it before.</summary>
    public DateTimeOffset TokenExpires => _client.TokenExpires;

    public bool AllowStandby { get; }

    public bool SkipCertificateCheck { get; }

    internal F5Balancer Balancer { get; }

    internal F5VirtualServers VirtualServers { get; }

    internal F5Configuration Configuration { get; }

    /// <summary>Connects by the machine's clock.</summary>
    public static Task<F5Session> ConnectAsync(F5ConnectOptions options, CancellationToken cancellationToken) =>
        ConnectAsync(options, TimeProvider.System, cancellationToken);

    /// <exception cref="AppStatusException">
    /// Unreachable, TimedOut, CertificateUntrusted, AuthenticationFailed, TokenLimitReached, InvalidResponse; PasswordInUri or InvalidArgument for the options.
    /// </exception>
    public static async Task<F5Session> ConnectAsync(F5ConnectOptions options, TimeProvider time, CancellationToken cancellationToken)
    {
        Check(options);
        var client = new F5Client(options, time);
        try
        {
            await client.ConnectAsync(cancellationToken).ConfigureAwait(false);
            F5Device device = await F5Device.ReadAsync(client, options.Uri.Host, cancellationToken).ConfigureAwait(false);
            return new F5Session(client, options, device, time);
        }
        catch
        {
            // A token that nobody holds would count against the user's hundred until it ends.
            try
            {
                await client.DisconnectAsync(CancellationToken.None).ConfigureAwait(false);
            }
            catch (AppStatusException)
            {
                // The first failure is the one to tell.
            }

            client.Dispose();
            throw;
        }
    }

    /// <summary>Deletes the token and ends the connections; afterwards nothing can be asked any more, even if deleting fails.</summary>
    public async Task DisconnectAsync(CancellationToken cancellationToken)
    {
        try
        {
            await _client.DisconnectAsync(cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            _client.Dispose();
        }
    }

    /// <summary>
    /// Gives the token back, but stays usable, for whoever still holds the session or its members: their next request logs in again.
    /// </summary>
    internal Task RetireAsync(CancellationToken cancellationToken) => _client.DisconnectAsync(cancellationToken);

    public override string ToString() => $"{HostName} ({Uri})";

    private static void Check(F5ConnectOptions options)
    {
        if (!options.Uri.IsAbsoluteUri || options.Uri.Scheme is not ("https" or "http"))
        {
            throw new AppStatusException(ErrorId.InvalidArgument, $"'{SafeText.Condensed(options.Uri.OriginalString)}' is no address of a BIG-IP.", "Write a name, or https://bigip01.example:8443.");
        }

        if (options.Uri.UserInfo.Length > 0)
        {
            throw new AppStatusException(ErrorId.PasswordInUri, $"The URI of '{options.Uri.Host}' has a user or password in it, which would be seen in transcripts.", "Use -Credential.");
        }

        if (options.Token.Length == 0 && (options.UserName.Length == 0 || options.Password.Length == 0))
        {
            throw new AppStatusException(ErrorId.InvalidArgument, $"To connect to {options.Uri.Host} takes a user and a password, or a token.", "Use -Credential or -Token.");
        }
    }
}
