using System.Net;
using System.Net.Sockets;
using System.Text;
using AppStatus.Core.Errors;

namespace AppStatus.Core.Balancers.HAProxy;

/// <summary>A unix-domain socket's path as an end point; .NET Standard 2.0 has none.</summary>
internal sealed class UnixSocketEndPoint : EndPoint
{
    // sockaddr_un: two bytes of family, then the path; Linux has room for 108 bytes with the terminator.
    private const int PathOffset = 2;
    private const int MaxPathBytes = 107;
    private readonly byte[] _path;

    public UnixSocketEndPoint(string path)
    {
        Path = path;
        _path = Encoding.UTF8.GetBytes(path);
        if (_path.Length is 0 or > MaxPathBytes)
        {
            throw new AppStatusException(ErrorId.InvalidArgument,
                $"The socket path '{SafeText.Condensed(path)}' has {_path.Length} bytes; a unix socket's path has 1 to {MaxPathBytes}.");
        }
    }

    public string Path { get; }

    public override AddressFamily AddressFamily => AddressFamily.Unix;

    public override SocketAddress Serialize()
    {
        var address = new SocketAddress(AddressFamily.Unix, PathOffset + _path.Length + 1);
        for (int i = 0; i < _path.Length; i++) address[PathOffset + i] = _path[i];
        address[PathOffset + _path.Length] = 0;
        return address;
    }

    /// <summary>The socket asks for its local end point this way; only the type matters.</summary>
    public override EndPoint Create(SocketAddress socketAddress) => this;

    public override string ToString() => Path;
}
