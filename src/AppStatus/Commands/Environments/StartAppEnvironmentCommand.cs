using System.Collections;
using AppStatus.Core.Environments;
using AppStatus.Core.Errors;
using AppStatus.Pipeline;

namespace AppStatus.Commands.Environments;

/// <summary>Brings an environment up: application instances, a balancer before them, and a Redis where one is wanted. What runs already stays as it is.</summary>
[Cmdlet(VerbsLifecycle.Start, "AppEnvironment", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.Medium)]
[OutputType(typeof(AppEnvironment))]
public sealed class StartAppEnvironmentCommand : EnvironmentCmdlet
{
    /// <summary>So long a member may take to be seen in traffic where it need not be.</summary>
    private const double AgainSec = 5;

    private readonly Hashtable _keys = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>The environment's name: small letters, digits and hyphens, 1–32; default: that of the definition, else lab.</summary>
    [Parameter(Position = 0, ValueFromPipelineByPropertyName = true)]
    [ArgumentCompleter(typeof(EnvironmentNameCompleter))]
    [ValidateNotNullOrEmpty]
    public string? Name { get; set; }

    /// <summary>A .psd1 or .json file, or a hashtable, that describes it; parameters go before its keys.</summary>
    [Parameter]
    [ValidateNotNull]
    public object? Definition { get; set; }

    /// <summary>Process: the lab's application on this machine, which needs nothing but .NET. Container: docker or podman.</summary>
    [Parameter]
    [ValidateSet("Process", "Container")]
    public string Provider { get; set; } = "Process";

    /// <summary>How many application instances, 1–64; default: 4.</summary>
    [Parameter]
    [ValidateRange(1, 64)]
    public int Instances { get; set; }

    /// <summary>What the instances run first, with its tag; for processes lab:TAG, by default lab:1.0.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? Image { get; set; }

    /// <summary>What stands before the instances: HAProxy; for processes also F5 (the simulator, default) or RedisTable.</summary>
    [Parameter]
    [ValidateSet("HAProxy", "F5", "RedisTable")]
    public string? Balancer { get; set; }

    /// <summary>A Redis belongs to it, for feature flags.</summary>
    [Parameter]
    public SwitchParameter Redis { get; set; }

    /// <summary>Seconds that each part may take until it works, 1–3600.</summary>
    [Parameter]
    [ValidateRange(1, 3600)]
    public double TimeoutSec { get; set; } = 120;

    private protected override bool Prepare()
    {
        foreach (DictionaryEntry key in Checked(() => DefinitionParameters.Read(Definition, SessionState))) _keys[key.Key] = key.Value;
        // Hashtables of files are strict about case; a parameter replaces the key however it is written.
        foreach (string name in new[] { nameof(Name), nameof(Provider), nameof(Instances), nameof(Image), nameof(Balancer), nameof(Engine) })
            if (MyInvocation.BoundParameters.TryGetValue(name, out object? value)) _keys[name] = value;
        if (MyInvocation.BoundParameters.ContainsKey(nameof(Redis))) _keys[nameof(Redis)] = Redis.IsPresent;
        if (Engine is null && _keys[nameof(Engine)] is string engine && engine.Length > 0) Engine = engine;
        return base.Prepare();
    }

    private protected override async Task RunAsync(IPipelineWriter output, CancellationToken cancellationToken)
    {
        string name = _keys[nameof(Name)] as string ?? new EnvironmentDefinition().Name;
        name = DefinitionReader.Name(name);
        using IDisposable? one = Lock(name);
        using var probe = new EnvironmentProbe(TimeSpan.FromSeconds(TimeoutSec));
        (FoundEnvironment? found, IEnvironmentHost host, EnvironmentDefinition definition) = await ChooseAsync(output, cancellationToken).ConfigureAwait(false);
        if (found?.State != EnvironmentState.Running)
        {
            string what = $"{definition.Instances} instances of {definition.Image} behind {definition.Balancer}{(definition.NeedsRedis ? ", with a Redis" : "")}, by {host.Name}";
            if (!await output.ShouldProcessAsync($"environment {definition.Name}", found is null ? $"start {what}" : $"start {string.Join(", ", found.Missing)}").ConfigureAwait(false)) return;
            await Environments(probe).StartAsync(host, definition, found?.Parts ?? [], text => output.WriteProgress(new ProgressReport(1, $"Environment {definition.Name}", text)), cancellationToken).ConfigureAwait(false);
            output.WriteProgress(new ProgressReport(1, $"Environment {definition.Name}", "done") { Completed = true });
        }

        EnvironmentConnection connection = await ConnectAsync(definition, cancellationToken).ConfigureAwait(false);
        // In one that there was, an instance may be out of traffic on purpose: by its status, or by a deployment that left it out.
        TimeSpan patience = TimeSpan.FromSeconds(found is null ? TimeoutSec : found.State == EnvironmentState.Running ? 0 : Math.Min(TimeoutSec, AgainSec));
        if (patience > TimeSpan.Zero && await connection.AwaitServingAsync(definition, patience, cancellationToken).ConfigureAwait(false) is { } idle)
        {
            if (found is null) throw new AppStatusException(idle, definition.Name);
            output.WriteWarning(idle.Message);
        }

        FoundEnvironment now = (await Environments().FindAsync(definition.Name, unreachable: static _ => { }, cancellationToken).ConfigureAwait(false)).Single(one => one.Host.Provider == host.Provider && one.Host.Name == host.Name);
        if (found is not null && definition.Image.Length > 0 && _keys.Contains(nameof(Image)) && now.Instances.Any(part => part.Image.ToString() != Convert.ToString(_keys[nameof(Image)], System.Globalization.CultureInfo.InvariantCulture)))
            output.WriteWarning($"Environment {definition.Name} runs {string.Join(", ", now.Instances.Select(part => part.Image.ToString()).Distinct())}, and stays so. To release {_keys[nameof(Image)]}, type: Get-AppEnvironment {definition.Name} | Invoke-RollingDeployment -Image {_keys[nameof(Image)]}");
        output.WriteObject(await EnvironmentDescription.ReadAsync(now, connection, cancellationToken).ConfigureAwait(false));
    }

    /// <summary>The environment that there is, or where it is to run, and with which ports.</summary>
    private async Task<(FoundEnvironment? Found, IEnvironmentHost Host, EnvironmentDefinition Definition)> ChooseAsync(IPipelineWriter output, CancellationToken cancellationToken)
    {
        string name = _keys[nameof(Name)] as string ?? new EnvironmentDefinition().Name;
        IReadOnlyList<FoundEnvironment> there = await Environments().FindAsync(name, fault => output.WriteVerbose($"Passed over: {fault.Message}"), cancellationToken).ConfigureAwait(false);
        if (there.Count > 1)
            throw new AppStatusException(ErrorId.InvalidArgument, $"There are {there.Count} environments {name}: {string.Join(", ", there.Select(one => $"by {one.Host.Name}"))}.", "Name the engine with -Engine, or another environment.", name);
        if (there.Count == 1)
        {
            // What only names an environment that there is need not describe it.
            bool describes = _keys.Keys.Cast<object>().Any(key => !string.Equals(key as string, nameof(Name), StringComparison.OrdinalIgnoreCase) && !string.Equals(key as string, nameof(Engine), StringComparison.OrdinalIgnoreCase));
            if (describes)
            {
                if (!_keys.ContainsKey(nameof(Image)) && there[0].Definition.Image.Length > 0) _keys[nameof(Image)] = there[0].Definition.Image;
                (EnvironmentDefinition asked, IReadOnlyList<string> named) = DefinitionReader.Read(_keys);
                if (EnvironmentDescription.Difference(asked, named, there[0].Definition) is { } difference) throw new AppStatusException(difference, name);
            }

            return (there[0], there[0].Host, there[0].Definition);
        }

        (EnvironmentDefinition definition, _) = DefinitionReader.Read(_keys);
        IEnvironmentHost host = definition.Provider == EnvironmentProvider.Process
            ? Hosts.Cast<IEnvironmentHost>().First(one => one.Provider == EnvironmentProvider.Process)
            : await EnvironmentHosts.AnsweringAsync([.. Hosts.OfType<Core.Environments.Containers.ContainerHost>()], cancellationToken).ConfigureAwait(false);
        return (null, host, FreePorts.Fill(definition with { Engine = definition.Provider == EnvironmentProvider.Container ? host.Name : "" }, Guid.NewGuid().GetHashCode()));
    }
}
