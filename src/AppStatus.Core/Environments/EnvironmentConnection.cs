using AppStatus.Core.Balancers;
using AppStatus.Core.Balancers.F5;
using AppStatus.Core.Balancers.HAProxy;
using AppStatus.Core.Balancers.RedisTable;
using AppStatus.Core.Environments.Processes;
using AppStatus.Core.Errors;
using AppStatus.Core.Redis;

namespace AppStatus.Core.Environments;

/// <summary>The balancer of an environment, connected: what Connect- gives, and the members.</summary>
/// <param name="Session">An F5Session, HAProxySession or RedisTableSession.</param>
internal sealed record EnvironmentConnection(object Session, IBalancer Balancer)
{
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(100);

    /// <exception cref="AppStatusException">It does not answer.</exception>
    public static async Task<EnvironmentConnection> OpenAsync(EnvironmentDefinition definition, CancellationToken cancellationToken)
    {
        Uri uri = EnvironmentAddresses.Balancer(definition);
        switch (definition.Balancer)
        {
            case EnvironmentBalancer.F5:
                // The simulator's certificate is its own; it never leaves this machine.
                F5Session f5 = await F5Session.ConnectAsync(
                    new F5ConnectOptions { Uri = uri, UserName = ProcessHost.AdminUser, Password = ProcessHost.AdminPassword, SkipCertificateCheck = true }, cancellationToken).ConfigureAwait(false);
                return new EnvironmentConnection(f5, f5.Balancer);
            case EnvironmentBalancer.RedisTable:
                RedisTableSession table = await RedisTableBalancer.ConnectAsync(
                    new RedisTableOptions { Key = EnvironmentAddresses.TableKey, Redis = new RedisOptions { Endpoint = RedisEndpoint.Parse(uri.ToString()) } }, cancellationToken).ConfigureAwait(false);
                return new EnvironmentConnection(table, table.Balancer);
            default:
                HAProxySession haproxy = await HAProxyBalancer.ConnectAsync(new HAProxyOptions { Uris = [uri] }, cancellationToken).ConfigureAwait(false);
                return new EnvironmentConnection(haproxy, haproxy.Balancer);
        }
    }

    /// <summary>The pool's members.</summary>
    public Task<IReadOnlyList<PoolMember>> ReadAsync(EnvironmentDefinition definition, CancellationToken cancellationToken) => Balancer.GetMembersAsync(PoolOf(definition), cancellationToken);

    /// <summary>Returns when all members that are enabled serve; else why they do not.</summary>
    public async Task<Fault?> AwaitServingAsync(EnvironmentDefinition definition, TimeSpan patience, CancellationToken cancellationToken)
    {
        using CancellationTokenSource clock = MachineClock.CreateCancellationTokenSource(patience);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, clock.Token);
        PoolMember[] idle = [];
        try
        {
            while (true)
            {
                IReadOnlyList<PoolMember> members = await ReadAsync(definition, limit.Token).ConfigureAwait(false);
                idle = [.. members.Where(member => member is { State: TrafficState.Enabled, Serving: false })];
                if (idle.Length == 0) return null;
                await MachineClock.DelayAsync(Look, limit.Token).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return new Fault(
                ErrorId.EnvironmentNotReady,
                $"The balancer gives no traffic to {string.Join(", ", idle.Select(member => $"{member.Name} ({member.Health}{(member.HealthReason.Length > 0 ? $": {member.HealthReason}" : "")})"))}, although {(idle.Length == 1 ? "it answers" : "they answer")} at {definition.StatusPath}.",
                "Look at Get-AppStatus, and at StatusPath and Expect of the definition: the answer's body must match it.");
        }
    }

    private static string PoolOf(EnvironmentDefinition definition) => definition.Balancer switch
    {
        EnvironmentBalancer.F5 => $"/Common/{definition.Backend}",
        EnvironmentBalancer.RedisTable => EnvironmentAddresses.TableKey,
        _ => definition.Backend,
    };
}
