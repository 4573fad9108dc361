using System.Net;

namespace AppStatus.Core.Redis;

/// <summary>How to connect to a Redis.</summary>
public sealed class RedisOptions
{
    public required RedisEndpoint Endpoint { get; init; }

    /// <summary>Null: none. Without a user name the password is that of Redis's default user (<c>requirepass</c>).</summary>
    public NetworkCredential? Credential { get; init; }

    /// <summary>Takes any certificate. It is for this connection alone.</summary>
    public bool SkipCertificateCheck { get; init; }

    /// <summary>How long a connection may take to stand, log-in included.</summary>
    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>How long a command may stay without its answer. When it does, its whole connection is given up: a server that is silent to one command is silent to those behind it.</summary>
    public TimeSpan CommandTimeout { get; init; } = TimeSpan.FromSeconds(5);
}
