using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using AppStatus.Core.Errors;

namespace AppStatus.Core.Redis;

/// <summary>Makes the bytes' way to a Redis: the socket, and TLS on it with settings of its own.</summary>
internal sealed class RedisTransport(RedisOptions options)
{
    private const SslProtocols Tls13 = (SslProtocols)0x3000; // Not in the enumeration of .NET Standard 2.0.
    private readonly RedisEndpoint _endpoint = options.Endpoint;
    private string? _certificateFault;

    /// <exception cref="AppStatusException">Unreachable, CertificateUntrusted or ConnectionClosed. Whatever else comes out when the token is cancelled means just that.</exception>
    public async Task<Stream> OpenAsync(CancellationToken cancellationToken)
    {
        Socket socket = await ConnectAsync(cancellationToken).ConfigureAwait(false);
        var plain = new NetworkStream(socket, ownsSocket: true);
        if (!_endpoint.Tls) return plain;

        // It only writes down what the system's own check says, unless the user has switched that off for this connection.
#pragma warning disable MA0039, CA5359
        var secure = new SslStream(plain, leaveInnerStreamOpen: false, (_, certificate, chain, errors) => Judge(certificate, chain, errors));
#pragma warning restore MA0039, CA5359
        try
        {
            // Closing the stream is the only way to stop a handshake on .NET Framework.
            using (cancellationToken.Register(plain.Dispose))
                await secure.AuthenticateAsClientAsync(_endpoint.Host, clientCertificates: null, Protocols, checkCertificateRevocation: false).ConfigureAwait(false);
            return secure;
        }
        catch (Exception e) when (e is IOException or AuthenticationException && !cancellationToken.IsCancellationRequested)
        {
            secure.Dispose();
            throw _certificateFault is { } fault
                ? new AppStatusException(ErrorId.CertificateUntrusted, $"The certificate of {_endpoint} is not trusted: {fault}. Nothing was sent.",
                    "Put its issuer's certificate among the machine's trusted roots and name the host as the certificate does, or connect with -SkipCertificateCheck if you know the server.", _endpoint.ToString(), e)
                : new AppStatusException(ErrorId.ConnectionClosed, $"No TLS connection to {_endpoint}: {SafeText.Condensed((e.InnerException ?? e).Message)}. Nothing was sent.",
                    "Check that this port speaks TLS 1.2 or later; a port without TLS is redis://.", _endpoint.ToString(), e);
        }
        catch
        {
            secure.Dispose();
            throw;
        }
    }

    private static SslProtocols Protocols
    {
        get
        {
            bool framework = RuntimeInformation.FrameworkDescription.StartsWith(".NET Framework", StringComparison.Ordinal);
#pragma warning disable CA5397, CA5398 // The analyzer takes the number of TLS 1.3 for an old protocol.
            return framework ? SslProtocols.Tls12 : SslProtocols.Tls12 | Tls13;
#pragma warning restore CA5397, CA5398
        }
    }

    private bool Judge(X509Certificate? certificate, X509Chain? chain, SslPolicyErrors errors)
    {
        if (errors == SslPolicyErrors.None || options.SkipCertificateCheck) return true;
        var why = new List<string>();
        if (errors.HasFlag(SslPolicyErrors.RemoteCertificateNotAvailable)) why.Add("it sent none");
        if (errors.HasFlag(SslPolicyErrors.RemoteCertificateNameMismatch)) why.Add($"it is for another name ({SafeText.Condensed(certificate?.Subject)})");
        if (errors.HasFlag(SslPolicyErrors.RemoteCertificateChainErrors))
            why.Add("its chain is not trusted: " + string.Join(", ", (chain?.ChainStatus ?? []).Select(status => status.Status.ToString()).Distinct(StringComparer.Ordinal).DefaultIfEmpty("no chain")));
        _certificateFault = string.Join("; ", why);
        return false;
    }

    private async Task<Socket> ConnectAsync(CancellationToken cancellationToken)
    {
        SocketException? last = null;
        try
        {
            foreach (IPAddress address in await ResolveAsync(cancellationToken).ConfigureAwait(false))
            {
                try
                {
                    return await ConnectAsync(address, cancellationToken).ConfigureAwait(false);
                }
                catch (SocketException e) when (!cancellationToken.IsCancellationRequested)
                {
                    last = e;
                }
            }
        }
        catch (SocketException e) when (!cancellationToken.IsCancellationRequested)
        {
            last = e;
        }

        string why = last?.SocketErrorCode switch
        {
            null or SocketError.HostNotFound or SocketError.NoData or SocketError.TryAgain => "the name is not known",
            SocketError.ConnectionRefused => "the connection was refused",
            SocketError.TimedOut => "nothing answered",
            SocketError.HostUnreachable or SocketError.NetworkUnreachable => "there is no route to it",
            _ => SafeText.Condensed(last.Message),
        };
        throw new AppStatusException(ErrorId.Unreachable, $"{_endpoint} was not reached: {why}. Nothing was sent.", "Check that the Redis runs, its 'bind' and 'port', and the firewall.", _endpoint.ToString(), last);
    }

    private async Task<Socket> ConnectAsync(IPAddress address, CancellationToken cancellationToken)
    {
        var socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            using (cancellationToken.Register(socket.Dispose))
                await socket.ConnectAsync(new IPEndPoint(address, _endpoint.Port)).ConfigureAwait(false);
            cancellationToken.ThrowIfCancellationRequested();
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private async Task<IPAddress[]> ResolveAsync(CancellationToken cancellationToken)
    {
        if (IPAddress.TryParse(_endpoint.Host, out IPAddress? literal)) return [literal];

        // A look-up can't be stopped on .NET Framework; it is left behind instead.
        return await Dns.GetHostAddressesAsync(_endpoint.Host).WaitAsync(Timeout.InfiniteTimeSpan, TimeProvider.System, cancellationToken).ConfigureAwait(false);
    }
}
