using System.ComponentModel;
using AppStatus.Core.Balancers.F5;
using AppStatus.Core.Balancers.HAProxy;
using AppStatus.Core.Balancers.RedisTable;
using AppStatus.Core.Environments;
using AppStatus.Core.Errors;
using AppStatus.Pipeline;
using AppStatus.Sessions;

namespace AppStatus.Commands.Environments;

/// <summary>What Start-, Get- and Stop-AppEnvironment share: where environments run, and the sessions with their balancers.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public abstract class EnvironmentCmdlet : OperationCmdlet
{
    private SessionTable? _sessions;
    private bool _preview;

    private protected EnvironmentCmdlet()
    {
    }

    /// <summary>docker, podman, or a path to one; default: APPSTATUS_CONTAINER_ENGINE, else each that is on the PATH.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? Engine { get; set; }

    private protected IReadOnlyList<object> Hosts { get; private set; } = [];

    /// <summary>One up or down of it at a time; a preview is none, and leaves no file.</summary>
    private protected IDisposable? Lock(string environment) => _preview ? null : EnvironmentLock.Take(environment);

    private protected override bool Prepare()
    {
        _sessions = SessionTable.Current;
        _preview = IsPreview;
        Hosts = Checked(() => EnvironmentHosts.All(ModuleLayout.Lab, Engine ?? ""));
        return true;
    }

    private protected AppEnvironments Environments(IEnvironmentProbe? probe = null) => new([.. Hosts.Cast<IEnvironmentHost>()], probe ?? new EnvironmentProbe(TimeSpan.Zero));

    /// <summary>The environments of names, which may hold wildcards; an error for each plain name that there is none of.</summary>
    private protected async Task<IReadOnlyList<FoundEnvironment>> FindAsync(IPipelineWriter output, IReadOnlyList<string> names, CancellationToken cancellationToken)
    {
        var silent = new List<Fault>();
        IReadOnlyList<FoundEnvironment> all = await Environments().FindAsync(name: null, silent.Add, cancellationToken).ConfigureAwait(false);
        foreach (Fault fault in silent) output.WriteVerbose($"Passed over: {fault.Message}");
        if (names.Count == 0) return all;

        foreach (string name in names.Where(name => !WildcardPattern.ContainsWildcardCharacters(name) && !all.Any(found => found.Definition.Name == name)))
        {
            string known = all.Count == 0 ? "and no other" : $"but {string.Join(", ", all.Select(found => found.Definition.Name))}";
            string passedOver = silent.Count == 0 ? "" : $" {silent[0].Message}";
            output.WriteError(new Fault(ErrorId.EnvironmentNotFound, $"There is no environment {Core.SafeText.Of(name, 50)}, {known}.{passedOver}", "Look at Get-AppEnvironment."), name);
        }

        WildcardPattern[] patterns = [.. names.Select(name => new WildcardPattern(name, WildcardOptions.IgnoreCase))];
        return [.. all.Where(found => patterns.Any(pattern => pattern.IsMatch(found.Definition.Name)))];
    }

    /// <summary>The session with an environment's balancer: the one that there is, or a new one, which becomes the default only where there is no other.</summary>
    private protected async Task<EnvironmentConnection> ConnectAsync(EnvironmentDefinition definition, CancellationToken cancellationToken)
    {
        _sessions!.Environments.Remember("", [definition.Name]);
        if (SessionOf(definition) is { } session) return new EnvironmentConnection(session, _sessions!.BalancerOfSession(session));
        EnvironmentConnection connection = await EnvironmentConnection.OpenAsync(definition, cancellationToken).ConfigureAwait(false);
        // Whoever is connected to production shall not be elsewhere because a rehearsal was looked at.
        _sessions!.AddBehind(connection.Session, connection.Balancer);
        return connection;
    }

    /// <summary>The balancer is gone for good.</summary>
    private protected void Forget(EnvironmentDefinition definition)
    {
        _sessions!.Environments.Forget("", definition.Name);
        if (SessionOf(definition) is { } session) _sessions.Remove(session);
    }

    private object? SessionOf(EnvironmentDefinition definition)
    {
        Uri uri = EnvironmentAddresses.Balancer(definition);
        bool Is(string text) => Uri.TryCreate(text, UriKind.Absolute, out Uri? other) && other.Host == uri.Host && other.Port == uri.Port;
        return definition.Balancer switch
        {
            EnvironmentBalancer.F5 => _sessions!.All<F5Session>().LastOrDefault(session => Is(session.Uri)),
            EnvironmentBalancer.RedisTable => _sessions!.All<RedisTableSession>().LastOrDefault(session => session.Key == EnvironmentAddresses.TableKey && Is(session.Uri)),
            _ => _sessions!.All<HAProxySession>().LastOrDefault(session => session.Uri.Count == 1 && Is(session.Uri[0])),
        };
    }
}
