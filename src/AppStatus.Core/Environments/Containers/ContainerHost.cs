using System.Globalization;
using System.Text.Json;
using AppStatus.Core.Containers;
using AppStatus.Core.Errors;

namespace AppStatus.Core.Environments.Containers;

/// <summary>Environments of containers, through docker's or podman's command line, which both understand the same words.</summary>
internal sealed class ContainerHost(ContainerProgram engine) : IEnvironmentHost
{
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
        foreach (string image in new[] { definition.Image, definition.BalancerImage, definition.NeedsRedis ? definition.RedisImage : "" }.Where(image => image.Length > 0))
            await RequireImageAsync(ImageReference.Parse(image), cancellationToken).ConfigureAwait(false);
        if (definition.OnHostNetwork) return;
        string network = ContainerArguments.NetworkOf(definition.Name);
        if ((await engine.RunAsync(["network", "inspect", network], cancellationToken).ConfigureAwait(false)).Fault is null) return;
        await RunAsync(["network", "create", "--label", $"{ContainerLabels.Environment}={definition.Name}", network], cancellationToken).ConfigureAwait(false);
    }

    public async Task StartAsync(EnvironmentDefinition definition, string part, ImageReference image, string status, CancellationToken cancellationToken)
    {
        string container = ContainerArguments.NameOf(definition.Name, part);
        // What an up that was cut short has left, or what somebody has stopped, is made anew: a container's configuration may be half there.
        await RemoveAsync(container, cancellationToken).ConfigureAwait(false);
        if (part == EnvironmentPart.RedisName) await CreateAsync(definition, part, definition.RedisImage, labels => ContainerArguments.Redis(definition, container, labels), cancellationToken).ConfigureAwait(false);
        else if (part == EnvironmentPart.BalancerName) await CreateHAProxyAsync(definition, container, cancellationToken).ConfigureAwait(false);
        else await CreateInstanceAsync(definition, part, container, image, status, cancellationToken).ConfigureAwait(false);
        await RunAsync(["start", container], cancellationToken).ConfigureAwait(false);
    }

    public async Task ReplaceAsync(EnvironmentPart instance, ImageReference image, string status, CancellationToken cancellationToken)
    {
        EnvironmentDefinition definition = instance.Definition;
        string container = ContainerArguments.NameOf(definition.Name, instance.Name), next = ContainerArguments.ReplacementOf(container);
        await RequireImageAsync(image, cancellationToken).ConfigureAwait(false);
        // A replacement that was cut short at its end runs under the other name.
        if (instance.Id == next) await TakeNameAsync(next, container, cancellationToken).ConfigureAwait(false);
        await RemoveAsync(next, cancellationToken).ConfigureAwait(false);
        await CreateInstanceAsync(definition, instance.Name, next, image, status, cancellationToken).ConfigureAwait(false);
        // From here on it is carried through: what is cut short here would leave the port to nobody.
        CancellationToken none = CancellationToken.None;
        await RunAsync(["stop", "-t", definition.StopTimeoutSec.ToString(CultureInfo.InvariantCulture), container], none).ConfigureAwait(false);
        if ((await engine.RunAsync(["start", next], none).ConfigureAwait(false)).Fault is { } fault)
        {
            (string _, Fault? alsoFault) = await engine.RunAsync(["start", container], none).ConfigureAwait(false);
            // What can't be removed now, the next replacement removes: it must not hide what runs.
            await engine.RunAsync(["rm", "--force", "--volumes", next], none).ConfigureAwait(false);
            throw new AppStatusException(
                ErrorId.DeployFailed, $"{image} could not be started: {fault.Message} {(alsoFault is null ? $"{instance.Image} runs again." : $"{instance.Image} could not be started again either.")}", target: instance.Name);
        }

        await TakeNameAsync(next, container, none).ConfigureAwait(false);
    }

    public async Task<string> LastWordsAsync(EnvironmentPart part, CancellationToken cancellationToken) =>
        SafeText.Condensed((await engine.RunAsync(["logs", "--tail", "5", part.Id], cancellationToken, errorsToo: true).ConfigureAwait(false)).Output, LastWordsLimit);

    public async Task RemoveAsync(EnvironmentPart part, CancellationToken cancellationToken)
    {
        await RemoveAsync(part.Id, cancellationToken).ConfigureAwait(false);
        string other = ContainerArguments.ReplacementOf(ContainerArguments.NameOf(part.Definition.Name, part.Name));
        if (part.IsInstance && part.Id != other) await RemoveAsync(other, cancellationToken).ConfigureAwait(false);
    }

    public async Task RemoveSharedAsync(string environment, CancellationToken cancellationToken)
    {
        string network = ContainerArguments.NetworkOf(environment);
        if ((await engine.RunAsync(["network", "inspect", network], cancellationToken).ConfigureAwait(false)).Fault is not null) return;
        await RunAsync(["network", "rm", network], cancellationToken).ConfigureAwait(false);
    }

    public async Task RequireImageAsync(ImageReference image, CancellationToken cancellationToken)
    {
        (string _, Fault? missing) = await engine.RunAsync(["image", "inspect", "--format", "{{.Id}}", image.ToString()], cancellationToken).ConfigureAwait(false);
        if (missing is null) return;
        if (missing.Id == ErrorId.ContainerEngineUnavailable) throw new AppStatusException(missing);
        if ((await engine.RunAsync(["pull", "--quiet", image.ToString()], cancellationToken).ConfigureAwait(false)).Fault is not { } fault) return;
        IReadOnlyList<string> tags = await TagsAsync(image.Repository, cancellationToken).ConfigureAwait(false);
        string known = tags.Count == 0 ? "" : $" {engine.Name} has {image.Repository} as {string.Join(", ", tags.Take(10))}.";
        throw new AppStatusException(ErrorId.ImageNotFound, $"There is no image {image}: {fault.Message}{known}", $"Build or pull it first: {engine.Name} pull {image}.", image.ToString());
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
        containers.OrderByDescending(part => part.Running).ThenBy(part => part.Id.Length).First();

    private async Task CreateInstanceAsync(EnvironmentDefinition definition, string part, string container, ImageReference image, string status, CancellationToken cancellationToken)
    {
        PartSettings settings = ContainerArguments.Settings(definition, part, image, status);
        await CreateAsync(definition, part, image.ToString(), labels => ContainerArguments.Instance(definition, part, container, labels, image, settings), cancellationToken, settings.Variables).ConfigureAwait(false);
    }

    private async Task CreateAsync(
        EnvironmentDefinition definition, string part, string image, Func<string, IReadOnlyList<string>> arguments, CancellationToken cancellationToken, IReadOnlyDictionary<string, string>? variables = null)
    {
        // The system makes it for this user alone to read.
        string labels = Path.GetTempFileName();
        try
        {
            File.WriteAllText(labels, ContainerLabels.File(definition, part, image));
            await RunAsync(arguments(labels), cancellationToken, variables).ConfigureAwait(false);
        }
        finally
        {
            File.Delete(labels);
        }
    }

    // Copied into the container, not mounted: the engine may be another machine's.
    private async Task CreateHAProxyAsync(EnvironmentDefinition definition, string container, CancellationToken cancellationToken)
    {
        await CreateAsync(definition, EnvironmentPart.BalancerName, definition.BalancerImage, labels => ContainerArguments.HAProxy(definition, container, labels), cancellationToken).ConfigureAwait(false);
        string file = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());
        try
        {
            File.WriteAllText(file, HAProxyConfiguration.Of(definition));
            await RunAsync(["cp", file, $"{container}:{ContainerArguments.HAProxyConfigurationPath}"], cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            File.Delete(file);
        }
    }

    private async Task TakeNameAsync(string next, string container, CancellationToken cancellationToken)
    {
        await RemoveAsync(container, cancellationToken).ConfigureAwait(false);
        await RunAsync(["rename", next, container], cancellationToken).ConfigureAwait(false);
    }

    /// <summary>With the volumes that its image has made; that there is none is as good.</summary>
    private async Task RemoveAsync(string container, CancellationToken cancellationToken)
    {
        await engine.RunAsync(["kill", container], cancellationToken).ConfigureAwait(false);
        (string _, Fault? fault) = await engine.RunAsync(["rm", "--force", "--volumes", container], cancellationToken).ConfigureAwait(false);
        if (fault is not null && fault.Message.IndexOf("no such container", StringComparison.OrdinalIgnoreCase) < 0 && fault.Message.IndexOf("no container with", StringComparison.OrdinalIgnoreCase) < 0)
            throw new AppStatusException(fault);
    }

    private async Task<string> RunAsync(IReadOnlyList<string> arguments, CancellationToken cancellationToken, IReadOnlyDictionary<string, string>? variables = null)
    {
        (string output, Fault? fault) = await engine.RunAsync(arguments, cancellationToken, variables).ConfigureAwait(false);
        return fault is null ? output : throw new AppStatusException(fault);
    }

    private static string[] Lines(string text) => [.. text.Split(['\n'], StringSplitOptions.RemoveEmptyEntries).Select(line => line.Trim()).Where(line => line.Length > 0)];
}
