using System.ComponentModel;
using AppStatus.Core.Errors;
using AppStatus.Core.Flags;
using AppStatus.Core.Redis;
using AppStatus.Pipeline;
using AppStatus.Sessions;

namespace AppStatus.Commands.Flags;

/// <summary>
/// What the cmdlets over feature flags share: which flags, and the Redis that they stand in. Of a piped flag only what says which
/// one it is binds (Name, KeyPrefix, Redis), never what it was.
/// </summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public abstract class FlagCmdlet : StreamingCmdlet
{
    private const string Variable = "APPSTATUS_REDIS";

    private readonly Dictionary<RedisEndpoint, FlagStore> _stores = [];

    private protected FlagCmdlet()
    {
    }

    /// <summary>Names of flags, as they are written in the application.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [ArgumentCompleter(typeof(FlagNameCompleter))]
    [ValidateNotNullOrEmpty]
    public virtual string[] Name { get; set; } = [];

    /// <summary>What stands before the name in the key, such as shop:. The key of a flag is both.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [AllowEmptyString]
    public string KeyPrefix { get; set; } = "";

    /// <summary>The Redis, redis://host:6379/0, or rediss:// for TLS; without a password in it. Default: the environment variable APPSTATUS_REDIS.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [ValidateNotNullOrEmpty]
    public string? Redis { get; set; }

    /// <summary>User and password; for a password without a user, the user default.</summary>
    [Parameter]
    [Credential]
    public PSCredential? Credential { get; set; }

    /// <summary>Takes any certificate, in this command only.</summary>
    [Parameter]
    public SwitchParameter SkipCertificateCheck { get; set; }

    /// <summary>Seconds for one flag, or for one page of a list, 1–3600.</summary>
    [Parameter]
    [ValidateRange(1, 3600)]
    public int TimeoutSec { get; set; } = 5;

    private protected SessionTable Sessions { get; private set; } = null!;

    protected override void BeginProcessing() => Sessions = SessionTable.Current;

    /// <summary>The flags that one input means.</summary>
    private protected abstract void Process(FlagStore store);

    protected sealed override void ProcessRecord() => Process(Checked(() => StoreOf(Redis)));

    /// <summary>A name's key; null with an error written where it can't be one.</summary>
    private protected FlagKey? KeyOf(string name)
    {
        try
        {
            return FlagKey.Of(KeyPrefix, name);
        }
        catch (AppStatusException exception)
        {
            WriteFault(exception.Fault, name);
            return null;
        }
    }

    protected override void Dispose(bool disposing)
    {
        base.Dispose(disposing);
        if (!disposing) return;
        foreach (FlagStore store in _stores.Values) store.Dispose();
        _stores.Clear();
    }

    private FlagStore StoreOf(string? asked)
    {
        string? named = asked ?? Environment.GetEnvironmentVariable(Variable);
        if (string.IsNullOrEmpty(named))
            throw new AppStatusException(ErrorId.InvalidArgument, "It was not said in which Redis the flags stand. Nothing was asked.", $"Pass -Redis redis://host:6379/0, or set the environment variable {Variable} to it.");

        RedisEndpoint endpoint = RedisEndpoint.Parse(named!);
        if (_stores.TryGetValue(endpoint, out FlagStore? known)) return known;
        if (SkipCertificateCheck) Say(output => output.WriteWarning($"The certificate of {endpoint} is not checked by this command: whoever answers there gets the password."));
        if (Credential is not null && !endpoint.Tls && !endpoint.IsLoopback) Say(output => output.WriteWarning($"The password goes to {endpoint} in clear text. Use rediss://."));
        return _stores[endpoint] = FlagStore.Open(new RedisOptions
        {
            Endpoint = endpoint,
            Credential = Credential?.GetNetworkCredential(),
            SkipCertificateCheck = SkipCertificateCheck,
            ConnectTimeout = TimeSpan.FromSeconds(TimeoutSec),
            CommandTimeout = TimeSpan.FromSeconds(TimeoutSec),
        });
    }
}
