using AppStatus.Core.Errors;

namespace AppStatus.Core.Balancers.HAProxy;

/// <summary>HAProxy by its runtime API. Several addresses are one balancer: each write goes to all, and a member serves where it serves in all.</summary>
internal sealed class HAProxyBalancer : IBalancer, IWriteCheck, IWeightLimits
{
    private const int MaxWeight = 256;
    private readonly IReadOnlyList<HAProxyRuntimeClient> _clients;

    private HAProxyBalancer(IReadOnlyList<HAProxyRuntimeClient> clients, IReadOnlyList<string> uris)
    {
        _clients = clients;
        Uris = uris;
        Id = string.Join(",", clients.Select(client => client.Name));
    }

    public string Id { get; }

    public IReadOnlyList<string> Uris { get; }

    public BalancerCapabilities Capabilities => BalancerCapabilities.ConnectionCounts | BalancerCapabilities.Weights | BalancerCapabilities.Offline;

    /// <summary>On the machine's clock.</summary>
    public static Task<HAProxySession> ConnectAsync(HAProxyOptions options, CancellationToken cancellationToken) =>
        ConnectAsync(options, TimeProvider.System, cancellationToken);

    /// <summary>Asks each runtime API who it is.</summary>
    /// <exception cref="AppStatusException">Unreachable, TimedOut, AccessDenied, InvalidResponse; InvalidArgument or PasswordInUri for the addresses.</exception>
    public static async Task<HAProxySession> ConnectAsync(HAProxyOptions options, TimeProvider time, CancellationToken cancellationToken)
    {
        List<HAProxyAddress> addresses = [.. options.Uris.Select(HAProxyAddress.Of).GroupBy(address => address.Name, StringComparer.Ordinal)
            .Select(group => group.First()).OrderBy(address => address.Name, StringComparer.Ordinal)];
        if (addresses.Count == 0) throw new AppStatusException(ErrorId.InvalidArgument, "No address of an HAProxy was given.", "Connect-HAProxy -Uri tcp://host:9999");

        List<HAProxyRuntimeClient> clients = [.. addresses.Select(address => new HAProxyRuntimeClient(address, options.Timeout, options.RestartGrace, time))];
        (string Version, string Level)[] found = await Task.WhenAll(clients.Select(client => ProbeAsync(client, cancellationToken))).ConfigureAwait(false);

        var balancer = new HAProxyBalancer(clients, options.Uris.Select(uri => uri.OriginalString).ToArray());
        return new HAProxySession(balancer, string.Join(", ", found.Select(one => one.Version).Distinct(StringComparer.Ordinal)),
            found.Select(one => one.Level).OrderBy(RankOf).First(), time.GetUtcNow());
    }

    public async Task<IReadOnlyList<PoolMember>> GetMembersAsync(string pool, CancellationToken cancellationToken)
    {
        HAProxyNames.Checked(pool, "backend");
        return Combine(pool, await OnAllAsync(client => new HAProxyBackendReader(client).ReadAsync(change: null, pool, cancellationToken)).ConfigureAwait(false));
    }

    /// <summary>The backends that every HAProxy of the group has, with their servers: one connection to each HAProxy.</summary>
    public async Task<IReadOnlyList<PoolContent>> GetContentsAsync(CancellationToken cancellationToken)
    {
        IReadOnlyList<KeyValuePair<string, IReadOnlyList<HAProxyServer>>>[] views =
            await OnAllAsync(client => new HAProxyBackendReader(client).ReadAllAsync(cancellationToken)).ConfigureAwait(false);
        Dictionary<string, IReadOnlyList<HAProxyServer>>[] byName = [.. views.Select(view => view.ToDictionary(one => one.Key, one => one.Value, StringComparer.Ordinal))];
        return [.. views[0].Select(one => one.Key).Where(name => byName.All(view => view.ContainsKey(name)))
            .Select(name => new PoolContent(name, Combine(name, [.. byName.Select(view => view[name])])))];
    }

    public async Task<IReadOnlyList<PoolMember>> FindMembersAsync(IReadOnlyCollection<string> addresses, CancellationToken cancellationToken)
    {
        IReadOnlyList<PoolContent> backends = await GetContentsAsync(cancellationToken).ConfigureAwait(false);
        return backends.SelectMany(backend => backend.Members).At(addresses);
    }

    public Task<PoolMember> SetStateAsync(PoolMember member, TrafficState state, CancellationToken cancellationToken)
    {
        string word = AdminState.WordFor(state);
        return WriteAsync(member, $"state {word}", server => server.State == state, $"in state {state}", cancellationToken);
    }

    public Task<PoolMember> SetWeightAsync(PoolMember member, int weight, CancellationToken cancellationToken)
    {
        if (weight is < 0 or > MaxWeight)
        {
            throw new AppStatusException(ErrorId.InvalidArgument, FormattableString.Invariant($"Weight {weight} for {member} is out of range. Nothing was changed."),
                $"HAProxy's weights go from 0 (no new requests) to {MaxWeight}.", member);
        }

        // Without a percent sign: that is relative to the configured weight, where 99 % of 1 makes 0.
        return WriteAsync(member, FormattableString.Invariant($"weight {weight}"), server => server.Weight == weight,
            FormattableString.Invariant($"of weight {weight}"), cancellationToken);
    }

    public async Task<WeightLimits> GetWeightLimitsAsync(string pool, CancellationToken cancellationToken)
    {
        HAProxyNames.Checked(pool, "backend");
        await OnAllAsync(async client =>
        {
            await new HAProxyBackendReader(client).CheckDynamicAsync(pool, cancellationToken).ConfigureAwait(false);
            return true;
        }).ConfigureAwait(false);
        return new WeightLimits(0, MaxWeight);
    }

    /// <summary>Writes to all at the same time, each read back in the connection of its write.</summary>
    private async Task<PoolMember> WriteAsync(PoolMember member, string change, Func<HAProxyServer, bool> isDone, string wanted, CancellationToken cancellationToken)
    {
        string pool = HAProxyNames.Checked(member.Pool, "backend");
        string name = HAProxyNames.Checked(member.Name, "server");
        string command = $"set server {pool}/{name} {change}";
        var writes = _clients.Select(client => (Client: client, Task: WriteOneAsync(client, command, pool, name, isDone, wanted, member, cancellationToken))).ToList();
        try
        {
            IReadOnlyList<HAProxyServer>[] views = await Task.WhenAll(writes.Select(write => write.Task)).ConfigureAwait(false);
            return Combine(pool, views).Single(candidate => candidate.Name == name);
        }
        catch (AppStatusException e)
        {
            List<string> done = [.. writes.Where(write => write.Task.Status == TaskStatus.RanToCompletion).Select(write => write.Client.Name)];
            if (done.Count == 0) throw;
            throw new AppStatusException(e.Id, $"{e.Fault.Message} At {string.Join(", ", done)} {member} is {wanted} already: the HAProxies differ now.",
                e.Fault.NextStep.Length > 0 ? $"{e.Fault.NextStep} Then set it again." : "Set it again when all answer.", member, e);
        }
    }

    private static async Task<IReadOnlyList<HAProxyServer>> WriteOneAsync(HAProxyRuntimeClient client, string command, string pool, string name,
        Func<HAProxyServer, bool> isDone, string wanted, PoolMember member, CancellationToken cancellationToken)
    {
        IReadOnlyList<HAProxyServer> servers;
        try
        {
            servers = await new HAProxyBackendReader(client).ReadAsync(command, pool, cancellationToken).ConfigureAwait(false);
        }
        catch (AppStatusException unknown) when (unknown.Id == ErrorId.MemberNotFound)
        {
            throw new AppStatusException(unknown.Fault, member, unknown);
        }

        HAProxyServer? server = servers.FirstOrDefault(candidate => candidate.Name == name);
        if (server is not null && isDone(server)) return servers;

        string held = server is null ? "" : AdminState.HeldBy(server.Admin);
        string now = server is null ? "it is gone" : FormattableString.Invariant($"it is {server.State}, weight {server.Weight}{(held.Length > 0 ? $", because {held}" : "")}");
        throw new AppStatusException(ErrorId.WriteNotConfirmed,
            $"The HAProxy at {client.Name} took '{command}', but {member} is not {wanted}: {now}.",
            "Look whether somebody else changes this backend, then set it again.", member);
    }

    private IReadOnlyList<PoolMember> Combine(string pool, IReadOnlyList<IReadOnlyList<HAProxyServer>> views)
    {
        IReadOnlyList<PoolMember> merged = HAProxyGroup.Merge([.. views.Select((servers, i) =>
            new KeyValuePair<string, IReadOnlyList<PoolMember>>(_clients[i].Name, HAProxyMembers.Of(servers, pool, Id)))]);
        return [.. merged.WithShares().Select(member => member with { Source = this })];
    }

    private Task<T[]> OnAllAsync<T>(Func<HAProxyRuntimeClient, Task<T>> read) => Task.WhenAll(_clients.Select(read));

    public async Task CheckWritableAsync(CancellationToken cancellationToken)
    {
        (string Version, string Level)[] found = await OnAllAsync(client => ProbeAsync(client, cancellationToken)).ConfigureAwait(false);
        string lowest = found.Select(one => one.Level).OrderBy(RankOf).First();
        if (RankOf(lowest) < 2)
            throw new AppStatusException(ErrorId.AccessDenied, $"The runtime API at {Id} is of level '{lowest}', which can't change servers.", "Configure 'stats socket … level admin', and connect to that.", Id);
    }

    private static async Task<(string Version, string Level)> ProbeAsync(HAProxyRuntimeClient client, CancellationToken cancellationToken)
    {
        IReadOnlyList<string> answers = await client.ExecuteOnceAsync(["show info", "show cli level"], cancellationToken).ConfigureAwait(false);
        string version = RuntimeAnswers.ReadField(answers[0], "Version");
        if (RuntimeAnswers.ReadField(answers[0], "Name") != "HAProxy" || version.Length == 0)
        {
            throw new AppStatusException(ErrorId.InvalidResponse, $"What answers at {client.Name} is no HAProxy: 'show info' brought {SafeText.Condensed(answers[0])}.",
                "Check the URI: it must be a 'stats socket'.", client.Name);
        }

        string level = answers[1].Trim();
        return (SafeText.Condensed(version), RankOf(level) < 3 ? level : "");
    }

    private static int RankOf(string level) => level switch { "user" => 0, "operator" => 1, "admin" => 2, _ => 3 };
}
