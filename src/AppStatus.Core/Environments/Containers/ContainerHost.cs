using System.Globalization;
using System.Text.Json;
using AppStatus.Core.Containers;
using AppStatus.Core.Errors;

namespace AppStatus.Core.Environments.Containers;

/// <summary>Environments of containers, through docker's or podman's command line, which both understand the same words.</summary>
internal sealed class ContainerHost(ContainerProgram engine) : IEnvironmentHost
{
    private static readonly TimeSpan EngineLimit = TimeSpan.FromSeconds(60);

    private const int Looks = 3, LastWordsLimit = 300;

    public EnvironmentProvider Provider => EnvironmentProvider.Container;

    public string Name => engine.Reference;

    public async Task<IReadOnlyList<EnvironmentPart>> ListAsync(string? environment, CancellationToken cancellationToken)
    {
        string filter = environment is null ? $"label={ContainerLabels.Environment}" : $"label={ContainerLabels.Environment}={environment}";
        for (int look = 1; ; look++)
        {
            string[] ids = Lines(await RunAsync(["ps", "--all", "--quiet", "--no-trunc", "--filter", filter], cancellationToken).ConfigureAwait(false));
            if (ids.Length == 0) return [];
            (string printed, Fault? fault) = await engine.RunAsync(["container", "inspect", .. ids], cancellationToken).ConfigureAwait(false);
            if (fault is null) return Read(printed);
            // One of them may have gone between the two looks.
            if (look == Looks) throw new AppStatusException(fault);
        }
    }

    public async Task PrepareAsync(EnvironmentDefinition definition, CancellationToken cancellationToken)
    {
        foreach (string part in definition.PartNames) await RequireOursAsync(definition.Name, part, ContainerArguments.NameOf(definition.Name, part), cancellationToken).ConfigureAwait(false);
        foreach (string image in new[] { definition.Image, definition.BalancerImage, definition.NeedsRedis ? definition.RedisImage : "" }.Where(image => image.Length > 0))
            await RequireImageAsync(ImageReference.Parse(image), cancellationToken).ConfigureAwait(false);
        if (definition.OnHostNetwork || (await NetworksAsync(definition.Name, cancellationToken).ConfigureAwait(false)).Length > 0) return;
        await RunAsync(["network", "create", "--label", $"{ContainerLabels.Environment}={definition.Name}", ContainerArguments.NetworkOf(definition.Name)], cancellationToken).ConfigureAwait(false);
    }

    public async Task StartAsync(EnvironmentDefinition definition, string part, ImageReference image, string status, EnvironmentPart? there, CancellationToken cancellationToken)
    {
        string container = ContainerArguments.NameOf(definition.Name, part);
        // One that was stopped, or ended with its machine, keeps what it holds: a status, a Redis' data. One that never ran may be half made.
        if (there is { Started: not null })
        {
            await RunAsync(["start", container], cancellationToken).ConfigureAwait(false);
            return;
        }

        await RemoveAsync(definition.Name, part, container, cancellationToken).ConfigureAwait(false);
        if (part == EnvironmentPart.RedisName) await CreateAsync(definition, part, definition.RedisImage, labels => ContainerArguments.Redis(definition, container, labels), cancellationToken).ConfigureAwait(false);
        else if (part == EnvironmentPart.BalancerName) await CreateHAProxyAsync(definition, container, cancellationToken).ConfigureAwait(false);
        else await CreateInstanceAsync(definition, part, container, image, status, cancellationToken).ConfigureAwait(false);
        await RunAsync(["start", container], cancellationToken).ConfigureAwait(false);
    }

    public async Task ReplaceAsync(EnvironmentPart instance, ImageReference image, string status, CancellationToken cancellationToken)
    {
        EnvironmentDefinition definition = DefinitionJson.Complete(instance.Definition, instance.Variables);
        string name = definition.Name, container = ContainerArguments.NameOf(name, instance.Name), next = ContainerArguments.ReplacementOf(container);
        await RequireImageAsync(image, cancellationToken).ConfigureAwait(false);
        // A replacement that was cut short at its end runs under the other name.
        if (instance.Id == next) await TakeNameAsync(name, instance.Name, next, container, cancellationToken).ConfigureAwait(false);
        await RemoveAsync(name, instance.Name, next, cancellationToken).ConfigureAwait(false);
        await CreateInstanceAsync(definition, instance.Name, next, image, status, cancellationToken).ConfigureAwait(false);
        // From here on it is carried through: what is cut short here would leave the port to nobody. An engine that hangs ends it.
        using CancellationTokenSource limit = MachineClock.CreateCancellationTokenSource(TimeSpan.FromSeconds(definition.StopTimeoutSec) + EngineLimit);
        await RunAsync(["stop", "-t", definition.StopTimeoutSec.ToString(CultureInfo.InvariantCulture), container], limit.Token).ConfigureAwait(false);
        if ((await engine.RunAsync(["start", next], limit.Token).ConfigureAwait(false)).Fault is { } fault)
        {
            (string _, Fault? alsoFault) = await engine.RunAsync(["start", container], limit.Token).ConfigureAwait(false);
            // What can't be removed now, the next replacement removes: it must not hide what runs.
            await engine.RunAsync(["rm", "--force", "--volumes", next], limit.Token).ConfigureAwait(false);
            throw new AppStatusException(
                ErrorId.DeployFailed, $"{image} could not be started: {fault.Message} {(alsoFault is null ? $"{instance.Image} runs again." : $"{instance.Image} could not be started again either.")}", target: instance.Name);
        }

        await TakeNameAsync(name, instance.Name, next, container, limit.Token).ConfigureAwait(false);
    }

    public async Task<string> LastWordsAsync(EnvironmentPart part, CancellationToken cancellationToken) =>
        SafeText.Condensed((await engine.RunAsync(["logs", "--tail", "5", part.Id], cancellationToken, errorsToo: true).ConfigureAwait(false)).Output, LastWordsLimit);

    public async Task RemoveAsync(EnvironmentPart part, CancellationToken cancellationToken)
    {
        string container = ContainerArguments.NameOf(part.Definition.Name, part.Name);
        await RemoveAsync(part.Definition.Name, part.Name, container, cancellationToken).ConfigureAwait(false);
        if (part.IsInstance) await RemoveAsync(part.Definition.Name, part.Name, ContainerArguments.ReplacementOf(container), cancellationToken).ConfigureAwait(false);
    }

    public async Task<bool> RemoveSharedAsync(string environment, CancellationToken cancellationToken)
    {
        string[] networks = await NetworksAsync(environment, cancellationToken).ConfigureAwait(false);
        foreach (string network in networks) await RunAsync(["network", "rm", network], cancellationToken).ConfigureAwait(false);
        return networks.Length > 0;
    }

    public async Task RequireImageAsync(ImageReference image, CancellationToken cancellationToken)
    {
        (string _, Fault? missing) = await engine.RunAsync(["image", "inspect", "--format", "{{.Id}}", image.ToString()], cancellationToken).ConfigureAwait(false);
        if (missing is null) return;
        if (missing.Id == ErrorId.ContainerEngineUnavailable) throw new AppStatusException(missing);
        string why = "it does not name its registry, so it is not pulled.";
        if (image.IsQualified)
        {
            if ((await engine.RunAsync(["pull", "--quiet", image.ToString()], cancellationToken).ConfigureAwait(false)).Fault is not { } fault) return;
            why = fault.Message.TrimEnd('.') + ".";
        }

        IReadOnlyList<string> tags = await TagsAsync(image.Repository, cancellationToken).ConfigureAwait(false);
        string known = tags.Count == 0 ? "" : $" {engine.Name} has {image.Repository} as {string.Join(", ", tags.Take(10))}.";
        throw new AppStatusException(ErrorId.ImageNotFound, $"There is no image {image} here: {why}{known}", $"Build or pull it first: {engine.Name} pull {image}.", image.ToString());
    }

    public Task TagAsync(ImageReference image, ImageReference tagged, CancellationToken cancellationToken) => RunAsync(["tag", image.ToString(), tagged.ToString()], cancellationToken);

    public async Task<IReadOnlyList<string>> TagsAsync(string repository, CancellationToken cancellationToken)
    {
        string[] lines = Lines(await RunAsync(["image", "ls", "--format", "{{.CreatedAt}}|{{.Tag}}", repository], cancellationToken).ConfigureAwait(false));
        return [.. lines.Select(line => (At: line.Split('|')[0], Tag: line.Substring(line.IndexOf('|') + 1))).Where(image => image.Tag is not ("<none>" or "latest"))
            .OrderByDescending(image => image.At, StringComparer.Ordinal).ThenByDescending(image => image.Tag, StringComparer.Ordinal).Select(image => image.Tag).Distinct(StringComparer.Ordinal)];
    }

    private IReadOnlyList<EnvironmentPart> Read(string printed)
    {
        try
        {
            return [.. ContainerInspection.Read(printed).GroupBy(part => (part.Definition.Name, part.Name)).Select(Current)];
        }
        catch (JsonException)
        {
            throw new AppStatusException(ErrorId.InvalidResponse, $"{engine.Name} inspect printed no JSON: {SafeText.Condensed(printed, 200)}");
        }
    }

    // A replacement that was cut short leaves two: the one that runs counts, and of two that don't the one that was there before.
    private static EnvironmentPart Current(IGrouping<(string Environment, string Part), EnvironmentPart> containers) =>
        containers.OrderByDescending(part => part.Running).ThenBy(part => part.Id.Length).First() with { BeingReplaced = containers.Any(part => part.BeingReplaced) };

    private async Task CreateInstanceAsync(EnvironmentDefinition definition, string part, string container, ImageReference image, string status, CancellationToken cancellationToken)
    {
        PartSettings settings = ContainerArguments.Settings(definition, part, image, status);
        using var variables = new PrivateFile(string.Concat(settings.Variables.Select(variable => $"{variable.Key}={variable.Value}\n")));
        await CreateAsync(definition, part, image.ToString(), labels => ContainerArguments.Instance(definition, part, container, labels, image, settings, variables.Path), cancellationToken).ConfigureAwait(false);
    }

    private async Task CreateAsync(EnvironmentDefinition definition, string part, string image, Func<string, IReadOnlyList<string>> arguments, CancellationToken cancellationToken)
    {
        using var labels = new PrivateFile(ContainerLabels.File(definition, part, image));
        await RunAsync(arguments(labels.Path), cancellationToken).ConfigureAwait(false);
    }

    // Copied into the container, not mounted: the engine may be another machine's.
    private async Task CreateHAProxyAsync(EnvironmentDefinition definition, string container, CancellationToken cancellationToken)
    {
        await CreateAsync(definition, EnvironmentPart.BalancerName, definition.BalancerImage, labels => ContainerArguments.HAProxy(definition, container, labels), cancellationToken).ConfigureAwait(false);
        using var file = new PrivateFile(HAProxyConfiguration.Of(definition));
        // HAProxy's own image runs as a user of its own.
        UnixMode.Set(file.Path, UnixMode.OwnerWritesAllRead);
        await RunAsync(["cp", file.Path, $"{container}:{ContainerArguments.HAProxyConfigurationPath}"], cancellationToken).ConfigureAwait(false);
    }

    private async Task TakeNameAsync(string environment, string part, string next, string container, CancellationToken cancellationToken)
    {
        await RemoveAsync(environment, part, container, cancellationToken).ConfigureAwait(false);
        await RunAsync(["rename", next, container], cancellationToken).ConfigureAwait(false);
    }

    private async Task<string[]> NetworksAsync(string environment, CancellationToken cancellationToken) =>
        Lines(await RunAsync(["network", "ls", "--filter", $"label={ContainerLabels.Environment}={environment}", "--format", "{{.Name}}"], cancellationToken).ConfigureAwait(false));

    /// <summary>With the volumes that its image has made; that there is none is as good.</summary>
    private async Task RemoveAsync(string environment, string part, string container, CancellationToken cancellationToken)
    {
        if (!await RequireOursAsync(environment, part, container, cancellationToken).ConfigureAwait(false)) return;
        await engine.RunAsync(["kill", container], cancellationToken).ConfigureAwait(false);
        await RunAsync(["rm", "--force", "--volumes", container], cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Whether there is a container of that name.</summary>
    /// <exception cref="AppStatusException"><see cref="ErrorId.EnvironmentDiffers"/>: it is somebody else's.</exception>
    private async Task<bool> RequireOursAsync(string environment, string part, string container, CancellationToken cancellationToken)
    {
        string label = $"{{{{index .Config.Labels \"{ContainerLabels.Environment}\"}}}}/{{{{index .Config.Labels \"{ContainerLabels.Part}\"}}}}";
        (string owner, Fault? fault) = await engine.RunAsync(["container", "inspect", "--format", label, container], cancellationToken).ConfigureAwait(false);
        if (fault is { Id: ErrorId.ContainerEngineUnavailable }) throw new AppStatusException(fault);
        if (fault is not null) return false;
        if (owner.Trim() == $"{environment}/{part}") return true;
        throw new AppStatusException(
            ErrorId.EnvironmentDiffers, $"There is a container {container} which is not of environment {environment}. It was not touched.", $"Call the environment otherwise, or rename that one: {engine.Name} rename {container} …", container);
    }

    private async Task<string> RunAsync(IReadOnlyList<string> arguments, CancellationToken cancellationToken)
    {
        (string output, Fault? fault) = await engine.RunAsync(arguments, cancellationToken).ConfigureAwait(false);
        return fault is null ? output : throw new AppStatusException(fault);
    }

    private static string[] Lines(string text) => [.. text.Split(['\n'], StringSplitOptions.RemoveEmptyEntries).Select(line => line.Trim()).Where(line => line.Length > 0)];
}
