using System.Globalization;
using AppStatus.Core.Balancers;
using AppStatus.Core.Errors;

namespace AppStatus.Core.Status;

/// <summary>Finds the status URI of instances.</summary>
internal sealed record StatusTargetResolver
{
    public const string DefaultPath = "/appstatus";

    /// <summary>The path of the status endpoint, where the instance did not come with one.</summary>
    public string Path { get; init; } = DefaultPath;

    /// <summary>The port of the status endpoint, where it is not the instance's own; a port that was typed with a host goes first.</summary>
    public int? Port { get; init; }

    /// <summary>A whole URI with {Name}, {Address}, {Port} and {ComputerName} in it; goes before all else. Null for none.</summary>
    public string? Template { get; init; }

    public string? HostHeader { get; init; }

    /// <exception cref="AppStatusException"><see cref="ErrorId.InvalidTarget"/> or <see cref="ErrorId.PasswordInUri"/>.</exception>
    public StatusTarget Resolve(StatusTargetSource source) => Target(source, Template is null ? Default(source) : Fill(Template, source));

    /// <summary>For a URI that the caller computed for this instance.</summary>
    /// <exception cref="AppStatusException"><see cref="ErrorId.InvalidTarget"/> or <see cref="ErrorId.PasswordInUri"/>.</exception>
    public StatusTarget Resolve(StatusTargetSource source, string uri) => Target(source, Whole(uri));

    private StatusTarget Target(StatusTargetSource source, Uri uri) =>
        new(source.Name, uri) { Member = source.Member, HostHeader = HostHeader };

    private Uri Default(StatusTargetSource source)
    {
        // A URI with a path is a status URI already, also one that came out of an earlier reading.
        if (source.Uri is { AbsolutePath: not "/" } whole) return whole;

        int? port = source.Typed ? source.Port ?? Port : Port ?? source.Port;
        Uri root = source.Uri is not null && (port is null || port == source.Uri.Port)
            ? source.Uri
            : source.Uri is not null
                ? new UriBuilder(source.Uri) { Port = port!.Value }.Uri
                : InstanceUri.Of(source.Address, port ?? 80);
        string path = Path.StartsWith("/", StringComparison.Ordinal) ? Path : "/" + Path;
        if (!Uri.TryCreate(root.GetLeftPart(UriPartial.Authority) + path, UriKind.Absolute, out Uri? uri))
        {
            throw StatusAddress.Invalid(source.Name, $"'{path}' is no path");
        }

        return uri;
    }

    private static Uri Fill(string template, StatusTargetSource source)
    {
        string filled = Replace(template, "{Name}", () => Host(source.Typed || source.Name.Length == 0 ? source.Address : HostOf(source.Name)));
        filled = Replace(filled, "{ComputerName}", () => Host(source.ComputerName.Length == 0 ? source.Address : source.ComputerName));
        filled = Replace(filled, "{Address}", () => Host(source.Address));
        filled = Replace(filled, "{Port}", () => source.Port is { } port
            ? port.ToString(CultureInfo.InvariantCulture)
            : throw StatusAddress.Invalid(source.Name, "the template asks for {Port}, and it has none"));
        if (filled.IndexOf('{') >= 0) throw StatusAddress.Invalid(template, "a template knows {Name}, {Address}, {Port} and {ComputerName} only");
        return Whole(filled);
    }

    private static Uri Whole(string text)
    {
        StatusAddress address = StatusAddress.Parse(text);
        return address.Uri ?? throw StatusAddress.Invalid(text, "a status URI begins with http:// or https://");
    }

    /// <summary>A balancer's name for a member may be a path with a port, <c>/Common/web01:80</c>; the host is in its last part.</summary>
    private static string HostOf(string name)
    {
        string last = name.Substring(name.LastIndexOf('/') + 1);
        int colon = last.IndexOf(':');
        return colon > 0 && colon == last.LastIndexOf(':') ? last.Substring(0, colon) : last;
    }

    private static string Host(string host) => host.IndexOf(':') >= 0 && host[0] != '[' ? $"[{host}]" : host;

    private static string Replace(string text, string placeholder, Func<string> value)
    {
        int at = text.IndexOf(placeholder, StringComparison.OrdinalIgnoreCase);
        if (at < 0) return text;
        string with = value();
        while (at >= 0)
        {
            text = text.Remove(at, placeholder.Length).Insert(at, with);
            at = text.IndexOf(placeholder, at + with.Length, StringComparison.OrdinalIgnoreCase);
        }

        return text;
    }
}
