using System.Net;
using System.Security;
using AppStatus.Core.Balancers.F5;
using AppStatus.Core.Errors;
using AppStatus.Pipeline;
using AppStatus.Sessions;

namespace AppStatus.Commands.F5;

/// <summary>Logs in to a BIG-IP by iControl REST. The session becomes the default one.</summary>
[Cmdlet(VerbsCommunications.Connect, "F5", DefaultParameterSetName = ByCredential)]
[OutputType(typeof(F5Session))]
public sealed class ConnectF5Command : OperationCmdlet
{
    private const string ByCredential = "Credential";
    private const string ByToken = "Token";

    private SessionTable? _sessions;
    private F5ConnectOptions? _options;

    /// <summary>The management address: a name, name:port, or a URI such as https://bigip01.example:8443.</summary>
    [Parameter(Mandatory = true, Position = 0)]
    [Alias("Uri")]
    [ValidateNotNullOrEmpty]
    public string ComputerName { get; set; } = "";

    /// <summary>1–65535; default: that of -ComputerName, else 443.</summary>
    [Parameter]
    [ValidateRange(1, 65535)]
    public int Port { get; set; }

    /// <summary>User and password. They stay in memory, to log in again when the token has ended.</summary>
    [Parameter(Mandatory = true, Position = 1, ParameterSetName = ByCredential)]
    [Credential]
    public PSCredential? Credential { get; set; }

    /// <summary>A token that somebody else got; it is not deleted at the end.</summary>
    [Parameter(Mandatory = true, ParameterSetName = ByToken)]
    [ValidateNotNull]
    public SecureString? Token { get; set; }

    /// <summary>The name of the login provider; tmos serves local users and most remote ones.</summary>
    [Parameter(ParameterSetName = ByCredential)]
    [ValidateNotNullOrEmpty]
    public string LoginProvider { get; set; } = "tmos";

    /// <summary>Takes any certificate, in this session only.</summary>
    [Parameter]
    public SwitchParameter SkipCertificateCheck { get; set; }

    /// <summary>Lets this session change a unit that is on standby.</summary>
    [Parameter]
    public SwitchParameter AllowStandby { get; set; }

    /// <summary>An HTTP proxy; without it the unit is spoken to directly.</summary>
    [Parameter]
    public Uri? Proxy { get; set; }

    /// <summary>Seconds for one request, 1–3600.</summary>
    [Parameter]
    [ValidateRange(1, 3600)]
    public int TimeoutSec { get; set; } = 30;

    private protected override bool Prepare()
    {
        _sessions = SessionTable.Current;
        Uri uri = Checked(() => F5Address.Parse(ComputerName, Port == 0 ? null : Port));
        if (Proxy is { UserInfo.Length: > 0 })
            ThrowFault(new Fault(ErrorId.PasswordInUri, "The proxy's URI holds a user or a password, which would end up in transcripts.", "Pass it without."));

        NetworkCredential? user = Credential?.GetNetworkCredential();
        _options = new F5ConnectOptions
        {
            Uri = uri,
            UserName = user is null ? "" : Credential!.UserName,
            Password = user?.Password ?? "",
            Token = Token is null ? "" : new NetworkCredential("", Token).Password,
            LoginProvider = LoginProvider,
            SkipCertificateCheck = SkipCertificateCheck,
            AllowStandby = AllowStandby,
            Proxy = Proxy,
            Timeout = TimeSpan.FromSeconds(TimeoutSec),
        };
        return true;
    }

    private protected override async Task RunAsync(IPipelineWriter output, CancellationToken cancellationToken)
    {
        Uri uri = _options!.Uri;
        if (SkipCertificateCheck) output.WriteWarning($"The certificate of {uri.Authority} is not checked in this session: whoever answers there gets the {Secret}.");
        if (uri.Scheme == Uri.UriSchemeHttp && !uri.IsLoopback) output.WriteWarning($"The {Secret} goes to {uri.Authority} in clear text. Use https.");

        F5Session session = await F5Session.ConnectAsync(_options, cancellationToken).ConfigureAwait(false);
        output.WriteVerbose($"Connected to {session} as {session.UserName}, version {session.Version}. Balancer id: {session.Id}");
        _sessions!.Add(session, session.Balancer);
        await ReplaceAsync(session, output, cancellationToken).ConfigureAwait(false);
        output.WriteObject(session);
    }

    /// <summary>A script that is run again and again must not take up a token of the user's hundred each time.</summary>
    private async Task ReplaceAsync(F5Session session, IPipelineWriter output, CancellationToken cancellationToken)
    {
        foreach (F5Session old in _sessions!.All<F5Session>().Where(other => other != session && other.Uri == session.Uri && session.UserName.Length > 0 && other.UserName == session.UserName))
        {
            _sessions.Remove(old);
            try
            {
                await old.RetireAsync(cancellationToken).ConfigureAwait(false);
                output.WriteVerbose($"It takes the place of the session of {old.ConnectedAt.ToLocalTime():t}, whose token is deleted.");
            }
            catch (AppStatusException exception)
            {
                output.WriteVerbose($"It takes the place of the session of {old.ConnectedAt.ToLocalTime():t}, whose token could not be deleted and ends by itself: {exception.Fault.Message}");
            }
        }
    }

    private string Secret => Token is null ? "password" : "token";
}
