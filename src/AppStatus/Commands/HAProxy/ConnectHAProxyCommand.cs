using AppStatus.Core.Balancers.HAProxy;
using AppStatus.Pipeline;
using AppStatus.Sessions;

namespace AppStatus.Commands.HAProxy;

/// <summary>Connects the runtime API of an HAProxy, or of a group that is written to as one. It becomes the default session.</summary>
[Cmdlet(VerbsCommunications.Connect, "HAProxy")]
[OutputType(typeof(HAProxySession))]
public sealed class ConnectHAProxyCommand : OperationCmdlet
{
    private SessionTable? _sessions;

    /// <summary>tcp://host:port or unix:///path of each HAProxy's stats socket, of level admin for writes.</summary>
    [Parameter(Mandatory = true, Position = 0)]
    [ValidateNotNullOrEmpty]
    public Uri[] Uri { get; set; } = [];

    /// <summary>Seconds for one command, 1–3600.</summary>
    [Parameter]
    [ValidateRange(1, 3600)]
    public int TimeoutSec { get; set; } = 10;

    private protected override bool Prepare()
    {
        _sessions = SessionTable.Current;
        return true;
    }

    private protected override async Task RunAsync(IPipelineWriter output, CancellationToken cancellationToken)
    {
        var options = new HAProxyOptions { Uris = Uri, Timeout = TimeSpan.FromSeconds(TimeoutSec) };
        HAProxySession session = await HAProxyBalancer.ConnectAsync(options, cancellationToken).ConfigureAwait(false);
        if (session.AccessLevel is not ("admin" or ""))
            output.WriteWarning($"The runtime API at {session} gives the level '{session.AccessLevel}': its servers can be read, not changed. Give its 'stats socket' line 'level admin'.");
        output.WriteVerbose($"Connected to HAProxy {session.Version} at {session}. Its runtime API knows no authentication: whoever reaches that address may do the same.");
        _sessions!.Add(session, session.Balancer);
        output.WriteObject(session);
    }
}
