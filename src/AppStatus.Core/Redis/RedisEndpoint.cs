using System.Globalization;
using System.Net;
using AppStatus.Core.Errors;

namespace AppStatus.Core.Redis;

/// <summary>Where a Redis listens, and which of its databases is meant.</summary>
/// <param name="Host">A name, or an address without brackets.</param>
/// <param name="Tls">True for <c>rediss://</c>.</param>
public sealed record RedisEndpoint(string Host, int Port, int Database, bool Tls)
{
    public const int DefaultPort = 6379;
    private const string Forms = "Write redis://host:6379/0, or rediss://host:6379/0 for TLS.";

    /// <summary>What is sent there leaves no machine.</summary>
    internal bool IsLoopback => Host == "localhost" || (IPAddress.TryParse(Host, out IPAddress? address) && IPAddress.IsLoopback(address));

    /// <summary>Reads <c>redis://host[:port][/database]</c> or <c>rediss://…</c>.</summary>
    /// <exception cref="AppStatusException"><see cref="ErrorId.PasswordInUri"/> or <see cref="ErrorId.InvalidArgument"/>; neither repeats the text, which may hold a password.</exception>
    public static RedisEndpoint Parse(string text)
    {
        // Before anything else looks at it: a password with a '#' or a '/' in it makes a URI that parses as something else.
        if (text.IndexOf('@') >= 0)
        {
            throw new AppStatusException(ErrorId.PasswordInUri,
                "The Redis URI has a user or password in it, which would end up in transcripts and journals. Nothing was sent.", "Pass the password as -Credential (of a deployment's store, -StoreCredential). " + Forms);
        }

        if (!Uri.TryCreate(text, UriKind.Absolute, out Uri? uri) || uri.Scheme is not ("redis" or "rediss")) throw Invalid("it is no redis:// or rediss:// address");
        if (uri.DnsSafeHost.Length == 0) throw Invalid("it names no host");
        if (uri.Query.Length > 0 || uri.Fragment.Length > 0) throw Invalid("it has something after the database");
        // .NET Framework's Uri takes port 0 for none.
        string authority = text.Substring(text.IndexOf("://", StringComparison.Ordinal) + 3).Split('/')[0];
        if (authority.TrimEnd('0').EndsWith(":", StringComparison.Ordinal)) throw Invalid("a port is 1 to 65535");

        string path = uri.AbsolutePath.Trim('/');
        int database = 0;
        if (path.Length > 0 && !int.TryParse(path, NumberStyles.None, CultureInfo.InvariantCulture, out database)) throw Invalid("the database is no number");
        return new RedisEndpoint(uri.DnsSafeHost.ToLowerInvariant(), uri.Port < 0 ? DefaultPort : uri.Port, database, uri.Scheme == "rediss");
    }

    /// <summary>The address in one form, however it was written.</summary>
    public override string ToString()
    {
        string host = Host.IndexOf(':') >= 0 ? $"[{Host}]" : Host;
        return FormattableString.Invariant($"{(Tls ? "rediss" : "redis")}://{host}:{Port}/{Database}");
    }

    private static AppStatusException Invalid(string why) => new(ErrorId.InvalidArgument, $"The Redis URI can't be used: {why}.", Forms);
}
