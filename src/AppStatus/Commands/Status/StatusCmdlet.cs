using System.ComponentModel;
using System.Security;
using AppStatus.Core.Errors;
using AppStatus.Core.Status;
using AppStatus.Pipeline;

namespace AppStatus.Commands.Status;

/// <summary>What the four status cmdlets share: targets, and how their endpoints are spoken to.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public abstract class StatusCmdlet : StreamingCmdlet
{
    private StatusClient? _client;

    private protected StatusCmdlet()
    {
    }

    /// <summary>Instances: host, host:port, URIs, pool members, earlier readings, or objects with Uri, Address and Port, or ComputerName.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true)]
    [StatusInputTransformation]
    [Alias("ComputerName", "Target", "Uri")]
    public virtual StatusInput[] InputObject { get; set; } = [];

    /// <summary>The status endpoint's port, 1–65535, where it is not the instance's own; 443 means https.</summary>
    [Parameter]
    [ValidateRange(1, 65535)]
    public int Port { get => Endpoint.Port; set => Endpoint.Port = value; }

    /// <summary>The status endpoint's path.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string StatusPath { get => Endpoint.StatusPath; set => Endpoint.StatusPath = value; }

    /// <summary>A template such as <c>https://{Name}:8443/appstatus</c>, or a script block that gets the input as <c>$_</c>.</summary>
    [Parameter]
    [ValidateNotNull]
    public object? StatusUri { get => Endpoint.StatusUri; set => Endpoint.StatusUri = value; }

    /// <summary>The Host header and SNI name, where they differ from the address.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? HostHeader { get => Endpoint.HostHeader; set => Endpoint.HostHeader = value; }

    /// <summary>For Basic authentication.</summary>
    [Parameter]
    [Credential]
    public PSCredential? Credential { get => Endpoint.Credential; set => Endpoint.Credential = value; }

    /// <summary>A Bearer token.</summary>
    [Parameter]
    public SecureString? Token { get => Endpoint.Token; set => Endpoint.Token = value; }

    /// <summary>Takes any certificate, in this command only.</summary>
    [Parameter]
    public SwitchParameter SkipCertificateCheck { get => Endpoint.SkipCertificateCheck; set => Endpoint.SkipCertificateCheck = value; }

    /// <summary>An HTTP proxy; without it the instances are spoken to directly.</summary>
    [Parameter]
    public Uri? Proxy { get => Endpoint.Proxy; set => Endpoint.Proxy = value; }

    private protected StatusEndpointParameters Endpoint { get; } = new();

    private protected IStatusClient Client => _client ??= new StatusClient(Endpoint.ToOptions(ThrottleLimit));

    protected override void BeginProcessing()
    {
        if (Endpoint.Check() is { } fault) ThrowFault(fault);
        if (MyInvocation.ExpectingInput && MyInvocation.BoundParameters.ContainsKey(nameof(InputObject))) ThrowFault(NamedAndPiped());
        if (SkipCertificateCheck) Say(output => output.WriteWarning("Certificates are not checked in this command."));
    }

    protected sealed override void ProcessRecord()
    {
        foreach (StatusInput input in InputObject)
        {
            StatusTarget target;
            try
            {
                target = Endpoint.Resolve(input);
            }
            catch (AppStatusException exception)
            {
                Reject(input, exception.Fault);
                continue;
            }

            if (Endpoint.Warning(target) is { } warning) Say(output => output.WriteWarning(warning));
            Process(input, target);
        }
    }

    private Fault NamedAndPiped()
    {
        string typed = Core.SafeText.Of(string.Join(", ", InputObject.Select(input => $"{input.Original ?? input}")), 200);
        return new Fault(ErrorId.InvalidArgument, $"Instances are piped in, and '{typed}' was taken for one beside them. Nothing was asked or changed.", "Pipe the instances or name them. A status is one of ready, stage and stand-by.");
    }

    /// <summary>Starts one target's work.</summary>
    private protected abstract void Process(StatusInput input, StatusTarget target);

    /// <summary>An input that names no instance: an error, and the others go on.</summary>
    private protected virtual void Reject(StatusInput input, Fault fault) => WriteFault(fault, input.Original);

    protected override void Dispose(bool disposing)
    {
        base.Dispose(disposing);
        if (disposing) _client?.Dispose();
    }
}
