using AppStatus.Core.Errors;

namespace AppStatus.Core.Balancers.HAProxy;

/// <summary>What one HAProxy's servers are as members of a pool.</summary>
internal static class HAProxyMembers
{
    public static IReadOnlyList<PoolMember> Of(IReadOnlyList<HAProxyServer> servers, string pool, string balancer)
    {
        // Backups get traffic only when no other server can, and then the first alone: whether "option allbackups" is set,
        // the runtime API does not tell, so no more than the first is counted.
        bool activeLeft = servers.Any(server => !server.Backup && server.Usable);
        string? backup = activeLeft ? null : servers.FirstOrDefault(server => server.Backup && server.Usable)?.Name;

        return [.. servers.Select(server => Of(server, pool, balancer, idleBackup: server.Backup && server.Name != backup))];
    }

    private static PoolMember Of(HAProxyServer server, string pool, string balancer, bool idleBackup)
    {
        (MemberHealth health, bool mayServe) = HealthOf(server);
        string address = server.Address.Length > 0 ? server.Address : server.Fqdn;
        return new PoolMember
        {
            Name = server.Name,
            Pool = pool,
            Balancer = balancer,
            Address = address,
            Port = server.Port,
            ComputerName = server.Fqdn.Length > 0 ? server.Fqdn : address,
            State = server.State,
            Health = health,
            HealthReason = Reason(server, idleBackup),
            Connections = server.Connections,
            Requests = server.Requests,
            Errors = server.Errors,
            Weight = server.Weight,
            Serving = server.Usable && mayServe && !server.Throttled && !idleBackup,
            Standby = idleBackup,
        };
    }

    /// <summary>
    /// Up is exactly <c>UP</c> (or <c>DRAIN</c>) with a check that has passed: just after <c>ready</c> a server shows <c>UP 1/3</c>
    /// although the application may be bad, and one that was never checked is started as <c>UP</c>, too.
    /// </summary>
    private static (MemberHealth Health, bool MayServe) HealthOf(HAProxyServer server)
    {
        if (server.Status == "no check") return (MemberHealth.Unknown, true);
        if (server.Status.StartsWith("DOWN", StringComparison.Ordinal)) return (MemberHealth.Down, false);
        bool passed = server.Status is "UP" or "DRAIN" && Passed(server.CheckStatus);
        return passed ? (MemberHealth.Up, true) : (MemberHealth.Unknown, false);
    }

    private static bool Passed(string checkStatus)
    {
        string result = checkStatus.StartsWith("* ", StringComparison.Ordinal) ? checkStatus.Substring(2) : checkStatus;
        return result is "L4OK" or "L6OK" or "L7OK" or "PROCOK";
    }

    private static string Reason(HAProxyServer server, bool idleBackup)
    {
        string status = server.Status.Length > 0 ? server.Status : "no statistics";
        string detail = server.CheckDetail.Length > 0 ? $"{status}: {server.CheckDetail}" : status;
        string held = AdminState.HeldBy(server.Admin);
        return SafeText.Condensed(string.Join("; ", new[]
        {
            detail,
            held,
            server.Throttled ? "slow start" : "",
            server.Weight == 0 ? "weight 0" : "",
            idleBackup ? "backup, not in use" : "",
        }.Where(part => part.Length > 0)));
    }
}
