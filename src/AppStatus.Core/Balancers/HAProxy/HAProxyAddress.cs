using System.Net;
using System.Net.Sockets;
using AppStatus.Core.Errors;

namespace AppStatus.Core.Balancers.HAProxy;

/// <summary>One runtime API, checked and normalised: equal addresses have equal <see cref="Name"/>s.</summary>
internal sealed class HAProxyAddress
{
    private readonly Uri _uri;

    private HAProxyAddress(Uri uri, string name)
    {
        _uri = uri;
        Name = name;
    }

    public string Name { get; }

    /// <summary>Of a unix socket's file; else null.</summary>
    public string? Path => _uri.Scheme == "unix" ? Uri.UnescapeDataString(_uri.AbsolutePath) : null;

    public static HAProxyAddress Of(Uri uri)
    {
        if (!uri.IsAbsoluteUri) throw Invalid($"'{SafeText.Condensed(uri.OriginalString)}' is no absolute URI.");
        if (uri.UserInfo.Length > 0)
        {
            throw new AppStatusException(ErrorId.PasswordInUri,
                $"The URI of the HAProxy at '{uri.Host}' has a user or password in it; the runtime API knows neither.", Forms);
        }

        switch (uri.Scheme)
        {
            case "tcp" when uri.Port > 0 && uri.Host.Length > 0 && uri.AbsolutePath.Length <= 1:
                return new HAProxyAddress(uri, FormattableString.Invariant($"tcp://{uri.Host.ToLowerInvariant()}:{uri.Port}"));
            case "unix" when uri.Host.Length == 0 && uri.AbsolutePath.Length > 1:
                return new HAProxyAddress(uri, $"unix://{Uri.UnescapeDataString(uri.AbsolutePath)}");
            default:
                throw Invalid($"'{SafeText.Condensed(uri.OriginalString)}' is no address of a runtime API.");
        }
    }

    public async Task<Socket> ConnectAsync(CancellationToken cancellationToken)
    {
        if (_uri.Scheme == "unix")
        {
            var path = new UnixSocketEndPoint(Uri.UnescapeDataString(_uri.AbsolutePath));
            return await ConnectAsync(new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified), path, cancellationToken).ConfigureAwait(false);
        }

        SocketException? last = null;
        foreach (IPAddress address in await ResolveAsync(cancellationToken).ConfigureAwait(false))
        {
            try
            {
                var socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
                return await ConnectAsync(socket, new IPEndPoint(address, _uri.Port), cancellationToken).ConfigureAwait(false);
            }
            catch (SocketException e)
            {
                last = e;
            }
        }

        throw last ?? new SocketException((int)SocketError.HostNotFound);
    }

    public override string ToString() => Name;

    private async Task<IPAddress[]> ResolveAsync(CancellationToken cancellationToken)
    {
        if (IPAddress.TryParse(_uri.DnsSafeHost, out IPAddress? literal)) return [literal];

        // A look-up can't be stopped on .NET Framework; it is left behind instead.
        Task<IPAddress[]> lookup = Dns.GetHostAddressesAsync(_uri.DnsSafeHost);
        var stopped = new TaskCompletionSource<IPAddress[]>();
        using (cancellationToken.Register(() => stopped.TrySetCanceled()))
        {
            return await (await Task.WhenAny(lookup, stopped.Task).ConfigureAwait(false)).ConfigureAwait(false);
        }
    }

    private static async Task<Socket> ConnectAsync(Socket socket, EndPoint endPoint, CancellationToken cancellationToken)
    {
        try
        {
            // Closing the socket is the only way to stop a connect on .NET Framework.
            using (cancellationToken.Register(socket.Dispose))
            {
                await socket.ConnectAsync(endPoint).ConfigureAwait(false);
            }

            cancellationToken.ThrowIfCancellationRequested();
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private const string Forms = "Write tcp://host:9999 or unix:///run/haproxy/admin.sock.";

    private static AppStatusException Invalid(string message) => new(ErrorId.InvalidArgument, message, Forms);
}
