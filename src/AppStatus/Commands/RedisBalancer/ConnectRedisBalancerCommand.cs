using System.Net;
using AppStatus.Core.Balancers.RedisTable;
using AppStatus.Core.Redis;
using AppStatus.Pipeline;
using AppStatus.Sessions;

namespace AppStatus.Commands.RedisBalancer;

/// <summary>Connects the routing table in a Redis that a proxy goes round. It becomes the default session.</summary>
[Cmdlet(VerbsCommunications.Connect, "RedisBalancer")]
[OutputType(typeof(RedisTableSession))]
public sealed class ConnectRedisBalancerCommand : OperationCmdlet
{
    private SessionTable? _sessions;
    private RedisTableOptions? _options;

    /// <summary>redis://host:6379/0, or rediss:// for TLS; without a password in it.</summary>
    [Parameter(Mandatory = true, Position = 0)]
    [ValidateNotNullOrEmpty]
    public string Uri { get; set; } = "";

    /// <summary>The list that the proxy reads; the pool's name, too.</summary>
    [Parameter(Position = 1)]
    [ValidateNotNullOrEmpty]
    public string Key { get; set; } = "servers";

    /// <summary>User and password; for a password without a user, the user default.</summary>
    [Parameter]
    [Credential]
    public PSCredential? Credential { get; set; }

    /// <summary>Takes any certificate, in this session only.</summary>
    [Parameter]
    public SwitchParameter SkipCertificateCheck { get; set; }

    /// <summary>Seconds for one command, 1–3600.</summary>
    [Parameter]
    [ValidateRange(1, 3600)]
    public int TimeoutSec { get; set; } = 5;

    private protected override bool Prepare()
    {
        _sessions = SessionTable.Current;
        RedisEndpoint endpoint = Checked(() => RedisEndpoint.Parse(Uri));
        NetworkCredential? credential = Credential?.GetNetworkCredential();
        _options = new RedisTableOptions
        {
            Key = Key,
            Redis = new RedisOptions
            {
                Endpoint = endpoint,
                Credential = credential,
                SkipCertificateCheck = SkipCertificateCheck,
                ConnectTimeout = TimeSpan.FromSeconds(TimeoutSec),
                CommandTimeout = TimeSpan.FromSeconds(TimeoutSec),
            },
        };
        return true;
    }

    private protected override async Task RunAsync(IPipelineWriter output, CancellationToken cancellationToken)
    {
        RedisEndpoint endpoint = _options!.Redis.Endpoint;
        if (SkipCertificateCheck) output.WriteWarning($"The certificate of {endpoint} is not checked in this session: whoever answers there gets the password.");
        if (Credential is not null && !endpoint.Tls && !endpoint.IsLoopback) output.WriteWarning($"The password goes to {endpoint} in clear text. Use rediss://.");

        RedisTableSession session = await RedisTableBalancer.ConnectAsync(_options, cancellationToken).ConfigureAwait(false);
        output.WriteVerbose($"Connected to {session}: {session.MemberCount} members. It counts no connections: a deployment waits -DrainWaitSec after each drain.");
        _sessions!.Add(session, session.Balancer);
        _sessions.Pools.Remember(session.Id, [session.Key]);
        output.WriteObject(session);
    }
}
