using System.Net;
using System.Security;
using AppStatus.Core.Errors;
using AppStatus.Core.Status;

namespace AppStatus.Pipeline;

/// <summary>
/// What the parameters about status endpoints mean, the same in each cmdlet that has them: a cmdlet declares those that
/// it needs as properties that pass through to this.
/// </summary>
internal sealed class StatusEndpointParameters
{
    /// <summary>A port that replaces the instance's own; 0 for none.</summary>
    public int Port { get; set; }

    public string StatusPath { get; set; } = StatusTargetResolver.DefaultPath;

    /// <summary>A template, or a script block that is given the input as <c>$_</c> and returns the URI; null for neither.</summary>
    public object? StatusUri { get; set; }

    public string? HostHeader { get; set; }

    public PSCredential? Credential { get; set; }

    public SecureString? Token { get; set; }

    /// <summary>Seconds for one request.</summary>
    public int TimeoutSec { get; set; } = 10;

    public bool SkipCertificateCheck { get; set; }

    public Uri? Proxy { get; set; }

    private bool _warnedOfClearText;

    /// <summary>The fault in the values themselves; null where there is none. Asked once, before any input.</summary>
    public Fault? Check()
    {
        if (Credential is not null && Token is not null)
        {
            return new Fault(ErrorId.InvalidArgument, "Both a credential and a token were passed.", "Pass one of them.");
        }

        if (Proxy is { UserInfo.Length: > 0 })
        {
            return new Fault(ErrorId.PasswordInUri, "The proxy's URI holds a user or a password, which would end up in transcripts.", "Pass it without.");
        }

        return Plain(StatusUri) is null or string or ScriptBlock
            ? null
            : new Fault(ErrorId.InvalidArgument, "-StatusUri is neither a text nor a script block.", "Pass a template such as 'https://{Name}:8443/appstatus'.");
    }

    public StatusClientOptions ToOptions(int connections) => new()
    {
        RequestTimeout = TimeSpan.FromSeconds(TimeoutSec),
        Credential = Credential?.GetNetworkCredential(),
        Token = Token is null ? null : new NetworkCredential("", Token).Password,
        SkipCertificateCheck = SkipCertificateCheck,
        Proxy = Proxy,
        ConnectionsPerServer = connections,
    };

    /// <summary>The target of an input. On the pipeline thread: -StatusUri may be a script block.</summary>
    /// <exception cref="AppStatusException">The input names no instance.</exception>
    public StatusTarget Resolve(StatusInput input)
    {
        if (input.Fault is not null) throw new AppStatusException(input.Fault, input.Original);
        var resolver = new StatusTargetResolver
        {
            Path = StatusPath,
            Port = Port == 0 ? null : Port,
            Template = Plain(StatusUri) as string,
            HostHeader = HostHeader,
        };
        return Plain(StatusUri) is ScriptBlock block
            ? resolver.Resolve(input.Source!, Invoke(block, input))
            : resolver.Resolve(input.Source!);
    }

    /// <summary>What the user must be told before the first request to a target; null for nothing new.</summary>
    public string? Warning(StatusTarget target)
    {
        bool clearText = (Credential is not null || Token is not null) && target.Uri.Scheme == Uri.UriSchemeHttp && !target.Uri.IsLoopback;
        if (!clearText || _warnedOfClearText) return null;
        _warnedOfClearText = true;
        return $"The {(Credential is null ? "token" : "password")} goes to {target.Uri.Authority} in clear text. Use https where the instance can.";
    }

    private static string Invoke(ScriptBlock block, StatusInput input)
    {
        try
        {
            var variables = new List<PSVariable> { new("_", input.Original) };
            object? result = block.InvokeWithContext(null, variables, input.Original).FirstOrDefault(value => value is not null)?.BaseObject;
            return (result as Uri)?.OriginalString ?? result as string ?? throw Failed(input, "returned no URI");
        }
        catch (RuntimeException exception) when (exception is not PipelineStoppedException)
        {
            throw Failed(input, "failed: " + exception.Message);
        }
    }

    private static AppStatusException Failed(StatusInput input, string how) =>
        new(ErrorId.InvalidTarget, $"The script block of -StatusUri {how} (for {input}).", "It gets the input as $_ and must return one URI.", input.Original);

    private static object? Plain(object? value) => value is PSObject wrapped ? wrapped.BaseObject : value;
}
