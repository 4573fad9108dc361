using AppStatus.Core.Errors;

namespace AppStatus.Core.Balancers.HAProxy;

/// <summary>Reads a backend's servers from one HAProxy, after a change or without one, over one connection.</summary>
internal sealed class HAProxyBackendReader(HAProxyRuntimeClient client)
{
    private const string PermissionDenied = "Permission denied";
    private const string ListBackends = "show backend";

    /// <summary>The first takes no weights while it runs, and a hash sends all of a client's requests to one server, whatever that weighs.</summary>
    private static readonly string[] UnevenAlgorithms = ["static-rr", "source", "uri", "url_param", "hdr", "rdp-cookie"];

    /// <param name="change">A <c>set</c> command that is sent before the reading; null to read only.</param>
    /// <param name="backend">A name that <see cref="HAProxyNames"/> let pass.</param>
    /// <param name="cancellationToken">Closes the connection.</param>
    public async Task<IReadOnlyList<HAProxyServer>> ReadAsync(string? change, string backend, CancellationToken cancellationToken)
    {
        string[] reads = [$"show stat {backend} 4 -1", $"show servers state {backend}"];
        IReadOnlyList<string> answers = await client.ExecuteAsync(change is null ? reads : [change, .. reads], cancellationToken).ConfigureAwait(false);
        string stat = answers[answers.Count - 2];
        string state = answers[answers.Count - 1];

        // An unknown backend fails the change, too: its own error says more.
        if (state.StartsWith("Can't find backend", StringComparison.Ordinal)) throw await UnknownAsync(backend, cancellationToken).ConfigureAwait(false);
        if (change is not null && answers[0].Trim().Length > 0) throw Refusal(change, backend, answers[0].Trim());

        var stateRows = RuntimeAnswers.ReadServersState(state) ?? throw Unreadable($"show servers state {backend}", state);
        if (stateRows.Count == 0) return [];

        var statRows = RuntimeAnswers.ReadCsv(stat) ?? throw Unreadable($"show stat {backend} 4 -1", stat);
        // A frontend of the same name hides the backend from "show stat" by name; by number it is found.
        if (statRows.Count == 0 && stateRows[0].TryGetValue("be_id", out string? number))
        {
            string command = $"show stat {number} 4 -1";
            string byNumber = (await client.ExecuteAsync([command], cancellationToken).ConfigureAwait(false))[0];
            statRows = RuntimeAnswers.ReadCsv(byNumber) ?? throw Unreadable(command, byNumber);
        }

        var statByName = statRows.Where(row => row.ContainsKey("svname")).ToLookup(row => row["svname"], StringComparer.Ordinal);
        return [.. stateRows.Select(row => HAProxyServer.Of(row, row.TryGetValue("srv_name", out string? name) ? statByName[name].FirstOrDefault() : null))];
    }

    /// <summary>Makes sure that weights make shares. <c>algo</c> of <c>show stat</c> is there since 1.8, for operators.</summary>
    /// <exception cref="AppStatusException"><see cref="ErrorId.NotSupported"/>.</exception>
    public async Task CheckDynamicAsync(string backend, CancellationToken cancellationToken)
    {
        const string command = "show stat -1 2 -1"; // backends alone
        string answer = (await client.ExecuteAsync([command], cancellationToken).ConfigureAwait(false))[0];
        var rows = RuntimeAnswers.ReadCsv(answer) ?? throw Unreadable(command, answer);
        string algorithm = rows.Where(row => Field(row, "pxname") == backend).Select(row => Field(row, "algo")).FirstOrDefault() ?? "";
        if (!UnevenAlgorithms.Contains(algorithm, StringComparer.Ordinal)) return;
        throw new AppStatusException(ErrorId.NotSupported, $"Backend '{backend}' at {client.Name} balances by '{algorithm}', where a weight makes no share of the requests. Nothing was changed.",
            "Use 'balance roundrobin' or 'leastconn' in its configuration.", backend);
    }

    public async Task<IReadOnlyList<string>> ReadBackendsAsync(CancellationToken cancellationToken) =>
        Backends((await client.ExecuteAsync([ListBackends], cancellationToken).ConfigureAwait(false))[0]);

    /// <summary>All backends with their servers, by name and in HAProxy's order, over one connection however many they are.</summary>
    public async Task<IReadOnlyList<KeyValuePair<string, IReadOnlyList<HAProxyServer>>>> ReadAllAsync(CancellationToken cancellationToken)
    {
        const string allServers = "show stat -1 4 -1", allStates = "show servers state";
        IReadOnlyList<string> answers = await client.ExecuteAsync([ListBackends, allServers, allStates], cancellationToken).ConfigureAwait(false);
        var stats = RuntimeAnswers.ReadCsv(answers[1]) ?? throw Unreadable(allServers, answers[1]);
        var states = RuntimeAnswers.ReadServersState(answers[2]) ?? throw Unreadable(allStates, answers[2]);

        var statByServer = stats.ToLookup(row => (Field(row, "pxname"), Field(row, "svname")));
        var serversByBackend = states.ToLookup(row => Field(row, "be_name"), StringComparer.Ordinal);
        return [.. Backends(answers[0]).Select(backend => new KeyValuePair<string, IReadOnlyList<HAProxyServer>>(backend,
            [.. serversByBackend[backend].Select(row => HAProxyServer.Of(row, statByServer[(backend, Field(row, "srv_name"))].FirstOrDefault()))]))];
    }

    private List<string> Backends(string answer) => answer.StartsWith("# name", StringComparison.Ordinal)
        ? [.. answer.Split('\n').Skip(1).Select(line => line.Trim()).Where(line => line.Length > 0)]
        : throw Unreadable(ListBackends, answer);

    private static string Field(IReadOnlyDictionary<string, string> row, string name) => row.TryGetValue(name, out string? value) ? value : "";

    private async Task<AppStatusException> UnknownAsync(string backend, CancellationToken cancellationToken)
    {
        IReadOnlyList<string> known = await ReadBackendsAsync(cancellationToken).ConfigureAwait(false);
        string list = known.Count == 0 ? "It has none" : $"It has: {SafeText.Condensed(string.Join(", ", known))}";
        return new AppStatusException(ErrorId.PoolNotFound, $"The HAProxy at {client.Name} has no backend '{backend}'. {list}.",
            "Names are case-sensitive.", backend);
    }

    private AppStatusException Refusal(string change, string backend, string answer)
    {
        string said = SafeText.Condensed(answer);
        if (answer.StartsWith(PermissionDenied, StringComparison.Ordinal))
        {
            return new AppStatusException(ErrorId.AccessDenied,
                $"The runtime API at {client.Name} may not be written to: '{change}' was answered '{said}'. Nothing was changed.",
                "Give the 'stats socket' line 'level admin', or connect to a socket that has it.", client.Name);
        }

        if (answer.StartsWith("No such server", StringComparison.Ordinal))
        {
            return new AppStatusException(ErrorId.MemberNotFound,
                $"Backend '{backend}' at {client.Name} has no such server: '{change}' was answered '{said}'. Nothing was changed.",
                $"List them with Get-HAProxyServer -Backend {backend}.", backend);
        }

        if (answer.IndexOf("static LB algorithm", StringComparison.Ordinal) >= 0)
        {
            return new AppStatusException(ErrorId.NotSupported,
                $"Backend '{backend}' at {client.Name} uses a static algorithm, where weights can't be set while it runs: '{said}'. Nothing was changed.",
                "Use 'balance roundrobin' or 'leastconn' (or 'hash-type consistent') in its configuration.", backend);
        }

        return new AppStatusException(ErrorId.BalancerRefused, $"The HAProxy at {client.Name} refused '{change}': {said}. Nothing was changed.", "", backend);
    }

    private AppStatusException Unreadable(string command, string answer)
    {
        bool denied = answer.StartsWith(PermissionDenied, StringComparison.Ordinal);
        return new AppStatusException(denied ? ErrorId.AccessDenied : ErrorId.InvalidResponse,
            $"The HAProxy at {client.Name} answered '{command}' with: {SafeText.Condensed(answer)}.",
            denied ? "Connect to a 'stats socket' with 'level admin'." : "HAProxy 2.0 or later is needed.", client.Name);
    }
}
