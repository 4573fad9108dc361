using System.Globalization;
using AppStatus.Core.Containers;
using AppStatus.Core.Environments.Containers;
using AppStatus.Core.Errors;

namespace AppStatus.Core.Environments.Processes;

/// <summary>Environments of processes on this machine: the lab's application, and before it a simulator of the lab or a real HAProxy.</summary>
/// <param name="root">The folder of all environments; each has one of its own there, which goes with it.</param>
internal sealed class ProcessHost(ProcessPrograms programs, string root) : IEnvironmentHost
{
    /// <summary>The only image of processes: any tag is a version that the lab's application reports.</summary>
    public const string Image = "lab";

    /// <summary>Who may set an instance's status, and who may log in to the simulator: everything listens on loopback.</summary>
    public const string User = "operator", Password = "operator", AdminUser = "admin", AdminPassword = "admin";

    private static readonly TimeSpan RemovalPatience = TimeSpan.FromSeconds(2);

    private const int LastWordsLimit = 300;

    private const string BigIpFile = "bigip.cfg", HAProxyFile = "haproxy.cfg";

    public EnvironmentProvider Provider => EnvironmentProvider.Process;

    public string Name => "this machine";

    public Task<IReadOnlyList<EnvironmentPart>> ListAsync(string? environment, CancellationToken cancellationToken)
    {
        if (!Directory.Exists(root)) return Task.FromResult<IReadOnlyList<EnvironmentPart>>([]);
        IEnumerable<string> folders = environment is null ? Directory.EnumerateDirectories(root) : new[] { Path.Combine(root, environment) }.Where(Directory.Exists);
        return Task.FromResult<IReadOnlyList<EnvironmentPart>>([.. folders.SelectMany(PartFile.Read)]);
    }

    public async Task PrepareAsync(EnvironmentDefinition definition, CancellationToken cancellationToken)
    {
        await RequireImageAsync(definition.FirstImage, cancellationToken).ConfigureAwait(false);
        // All that is needed is looked for before anything is started.
        _ = programs.Lab;
        if (definition.Balancer == EnvironmentBalancer.HAProxy) _ = programs.HAProxy;
        if (definition.NeedsRedis) _ = programs.Redis;
        Directory.CreateDirectory(FolderOf(definition.Name));
        // Variables of the instances stand in there.
        UnixMode.Set(FolderOf(definition.Name), UnixMode.OwnerAlone);
    }

    public async Task StartAsync(EnvironmentDefinition definition, string part, ImageReference image, string status, EnvironmentPart? there, CancellationToken cancellationToken)
    {
        string folder = FolderOf(definition.Name);
        (string program, IReadOnlyList<string> arguments, IReadOnlyDictionary<string, string> variables) = part switch
        {
            EnvironmentPart.RedisName => Redis(definition, folder),
            EnvironmentPart.BalancerName => await BalancerAsync(definition, folder, cancellationToken).ConfigureAwait(false),
            _ => Instance(definition, part, image, status),
        };
        PartFile.Write(folder, new PartFile(part, image.ToString(), DefinitionJson.WriteWhole(definition)));
        await DetachedProcess.StartAsync(program, arguments, variables, LogOf(definition.Name, part), PartFile.NumberOf(folder, part), cancellationToken).ConfigureAwait(false);
    }

    public async Task ReplaceAsync(EnvironmentPart instance, ImageReference image, string status, CancellationToken cancellationToken)
    {
        await RequireImageAsync(image, cancellationToken).ConfigureAwait(false);
        // The old one's last requests may end; from here on it is carried through.
        await ProcessOf(instance).StopAsync(TimeSpan.FromSeconds(instance.Definition.StopTimeoutSec), CancellationToken.None).ConfigureAwait(false);
        await StartAsync(instance.Definition, instance.Name, image, status, there: null, CancellationToken.None).ConfigureAwait(false);
    }

    public Task<string> LastWordsAsync(EnvironmentPart part, CancellationToken cancellationToken)
    {
        string log = LogOf(part.Definition.Name, part.Name);
        return Task.FromResult(File.Exists(log) ? SafeText.Condensed(string.Join(" ", File.ReadLines(log).Reverse().Take(5).Reverse()), LastWordsLimit) : "");
    }

    public async Task RemoveAsync(EnvironmentPart part, CancellationToken cancellationToken)
    {
        await ProcessOf(part).StopAsync(RemovalPatience, cancellationToken).ConfigureAwait(false);
        PartFile.Delete(FolderOf(part.Definition.Name), part.Name);
    }

    public Task<bool> RemoveSharedAsync(string environment, CancellationToken cancellationToken)
    {
        bool there = Directory.Exists(FolderOf(environment));
        if (there) Directory.Delete(FolderOf(environment), recursive: true);
        // The folders above it were made for it, unless something else is in them.
        foreach (string above in new[] { root, Path.GetDirectoryName(root)! })
            if (Directory.Exists(above) && !Directory.EnumerateFileSystemEntries(above).Any()) Directory.Delete(above);
        return Task.FromResult(there);
    }

    public Task RequireImageAsync(ImageReference image, CancellationToken cancellationToken) => image is { Repository: Image, HasTag: true }
        ? Task.CompletedTask
        : throw new AppStatusException(ErrorId.ImageNotFound, $"An environment of processes runs the lab's application, and not {image}. Nothing was touched.", $"Pass {Image}:TAG, such as {Image}:2.0, or use -Provider Container.", image.ToString());

    public Task TagAsync(ImageReference image, ImageReference tagged, CancellationToken cancellationToken) => Task.CompletedTask;

    public Task<IReadOnlyList<string>> TagsAsync(string repository, CancellationToken cancellationToken) => Task.FromResult<IReadOnlyList<string>>([]);

    // Over its end an instance keeps its status, so that one that was left out is not brought in by being started again.
    private string StatusFileOf(string environment, string part) => Path.Combine(FolderOf(environment), part + ".status");

    /// <summary>What a part has printed.</summary>
    public string LogOf(string environment, string part) => Path.Combine(FolderOf(environment), part + ".log");

    private string FolderOf(string environment) => Path.Combine(root, environment);

    private DetachedProcess ProcessOf(EnvironmentPart part) =>
        DetachedProcess.Read(PartFile.NumberOf(FolderOf(part.Definition.Name), part.Name)) ?? new DetachedProcess(0, "none");

    private (string, IReadOnlyList<string>, IReadOnlyDictionary<string, string>) Instance(EnvironmentDefinition definition, string part, ImageReference image, string status)
    {
        int port = definition.PortOf(part);
        string redis = definition.NeedsRedis ? EnvironmentAddresses.Redis(definition).ToString() : "";
        PartSettings settings = PartSettings.Of(definition, part, image, status, port, redis);
        (string program, string lab) = programs.Lab;
        return (program,
            [lab, "app", "--port", Text(port), "--version", image.Tag, "--name", part, "--status", status, "--bind", definition.Address, "--user", User, "--password", Password, "--status-file", StatusFileOf(definition.Name, part), .. settings.Arguments],
            settings.Variables);
    }

    private (string, IReadOnlyList<string>, IReadOnlyDictionary<string, string>) Redis(EnvironmentDefinition definition, string folder) =>
        (programs.Redis, ["--port", Text(definition.RedisPort), "--bind", definition.Address, "--save", "", "--appendonly", "no", "--dir", folder], NoVariables);

    private async Task<(string, IReadOnlyList<string>, IReadOnlyDictionary<string, string>)> BalancerAsync(EnvironmentDefinition definition, string folder, CancellationToken cancellationToken)
    {
        (string program, string lab) = programs.Lab;
        switch (definition.Balancer)
        {
            case EnvironmentBalancer.F5:
                File.WriteAllText(Path.Combine(folder, BigIpFile), BigIpConfiguration.Of(definition));
                return (program, [lab, "bigip", "--config", Path.Combine(folder, BigIpFile)], NoVariables);
            case EnvironmentBalancer.RedisTable:
                await RoutingTableSeed.WriteAsync(definition, cancellationToken).ConfigureAwait(false);
                return (program, [lab, "table-proxy", "--redis", EnvironmentAddresses.Redis(definition).ToString(), "--key", EnvironmentAddresses.TableKey, "--port", Text(definition.Port)], NoVariables);
            default:
                File.WriteAllText(Path.Combine(folder, HAProxyFile), HAProxyConfiguration.Of(definition));
                return (programs.HAProxy, ["-db", "-f", Path.Combine(folder, HAProxyFile)], NoVariables);
        }
    }

    private static IReadOnlyDictionary<string, string> NoVariables { get; } = new Dictionary<string, string>(StringComparer.Ordinal);

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
