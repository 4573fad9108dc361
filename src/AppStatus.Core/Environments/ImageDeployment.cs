using AppStatus.Core.Containers;
using AppStatus.Core.Deployments;
using AppStatus.Core.Deployments.Execution;
using AppStatus.Core.Deployments.Planning;
using AppStatus.Core.Errors;
using AppStatus.Core.Status;
using AppStatus.Core.Verification;

namespace AppStatus.Core.Environments;

/// <summary>
/// Deploys by image: replaces what runs an instance of an environment, and tells what runs there. An instance is found by the address and port where it is reached, which
/// stay when its container is replaced.
/// </summary>
/// <param name="repository">The image without its tag; the release is the tag.</param>
/// <param name="drivenByStatus">A new instance stays out of traffic until it is put in by its status.</param>
internal sealed class ImageDeployment(IReadOnlyList<IEnvironmentHost> hosts, string repository, bool drivenByStatus, IStatusClient status, Action<Instance, string> report)
    : IDeployAction, IVersionCheck
{
    private static readonly TimeSpan KeepOutLimit = TimeSpan.FromSeconds(15), Look = TimeSpan.FromMilliseconds(100);

    /// <summary>
    /// The instances with the release that each one runs, by its engine and not by its own word, so that the way back is known of those, too, that do not answer: a
    /// tag, or the whole image where it is another than the one that is deployed.
    /// </summary>
    /// <exception cref="AppStatusException"><see cref="ErrorId.EnvironmentNotFound"/>: one of them belongs to no environment.</exception>
    public async Task<IReadOnlyList<ObservedInstance>> WithReleasesAsync(IReadOnlyList<ObservedInstance> instances, CancellationToken cancellationToken)
    {
        Known known = await ListAsync(cancellationToken).ConfigureAwait(false);
        return [.. instances.Select(one => one with { Instance = one.Instance with { PreviousRelease = ReleaseOf(Among(known, one.Instance).Part) } })];
    }

    /// <summary>Before anything is touched: makes sure that the image is there, and fetches it where it must be.</summary>
    /// <param name="needsTag">The newest image gets the release as its tag, so that there is something to come back to.</param>
    /// <exception cref="AppStatusException"><see cref="ErrorId.ImageNotFound"/>, <see cref="ErrorId.EnvironmentNotFound"/>.</exception>
    public async Task RequireImageAsync(IEnumerable<Instance> instances, string release, bool needsTag, CancellationToken cancellationToken)
    {
        ImageReference image = ImageOf(release), newest = image.WithTag("latest");
        Known known = await ListAsync(cancellationToken).ConfigureAwait(false);
        // All of them are found before anything is asked for.
        foreach (IEnvironmentHost host in instances.Select(instance => Among(known, instance).Host).Distinct().ToArray())
        {
            await host.RequireImageAsync(needsTag ? newest : image, cancellationToken).ConfigureAwait(false);
            if (needsTag) await host.TagAsync(newest, image, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>The same for what the instances ran before.</summary>
    public async Task RequireEarlierAsync(IReadOnlyList<Instance> instances, CancellationToken cancellationToken)
    {
        foreach (IGrouping<string, Instance> earlier in instances.Where(instance => instance.PreviousRelease.Length > 0).GroupBy(instance => instance.PreviousRelease, StringComparer.Ordinal))
            await RequireImageAsync(earlier, earlier.Key, needsTag: false, cancellationToken).ConfigureAwait(false);
    }

    public async Task DeployAsync(Instance instance, string release, int attempt, CancellationToken cancellationToken)
    {
        ImageReference image = ImageOf(release);
        try
        {
            (IEnvironmentHost host, EnvironmentPart part) = Among(await ListAsync(cancellationToken).ConfigureAwait(false), instance);
            string first = await StatusOfAsync(instance, part.Definition, cancellationToken).ConfigureAwait(false);
            report(instance, $"replacing {part.Image} ({part.Id}) by {image}, status {first}");
            try
            {
                await host.ReplaceAsync(part, image, first, cancellationToken).ConfigureAwait(false);
            }
            catch (AppStatusException) when (drivenByStatus && first != "ready")
            {
                // The old one, which runs again, may have begun with the status that it was made with.
                await KeepOutAsync(instance, part.Definition).ConfigureAwait(false);
                throw;
            }
        }
        catch (OperationCanceledException cause) when (!cancellationToken.IsCancellationRequested)
        {
            throw new AppStatusException(
                ErrorId.DeployFailed, $"The deploy of {image} to {instance.Name} was given up: the engine did not answer in time. Which container runs is not known, and the instance stays out of traffic.",
                "Look at Get-AppEnvironment, then type Resume-Deployment or Undo-Deployment.", instance, cause);
        }
        catch (AppStatusException exception)
        {
            throw new AppStatusException(
                ErrorId.DeployFailed, $"The deploy of {image} to {instance.Name} failed: {exception.Fault.Message.TrimEnd('.')}. The instance stays out of traffic.", exception.Fault.NextStep, instance, exception);
        }
    }

    private async Task KeepOutAsync(Instance instance, EnvironmentDefinition definition)
    {
        var target = new StatusTarget(instance.Name, new Uri(instance.Uri, definition.StatusPath));
        using CancellationTokenSource limit = MachineClock.CreateCancellationTokenSource(KeepOutLimit);
        try
        {
            // It starts still.
            while ((await status.SetAsync(target, AppStatusValue.StandBy, limit.Token).ConfigureAwait(false)).Fault is { Id: ErrorId.Unreachable or ErrorId.ConnectionClosed })
                await MachineClock.DelayAsync(Look, limit.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            report(instance, "what runs again could not be told to stay out of traffic: it does not answer");
        }
    }

    /// <summary>The tag of what runs there: an application need not know it.</summary>
    public async Task<(bool RunsExpected, string Version)> CheckAsync(Instance instance, string release, string expected, CancellationToken cancellationToken)
    {
        EnvironmentPart part = Among(await ListAsync(cancellationToken).ConfigureAwait(false), instance).Part;
        string running = ReleaseOf(part);
        return (part.Running && (expected.Length == 0 || running == expected), running);
    }

    private string ReleaseOf(EnvironmentPart part) => part.Image.Repository == repository ? part.Image.Tag : part.Image.ToString();

    // What an instance ran before may have been another image altogether.
    private ImageReference ImageOf(string release) => ImageReference.IsTag(release)
        ? new ImageReference(repository, release)
        : ImageReference.TryParse(release) is { HasTag: true } whole ? whole
        : throw new AppStatusException(ErrorId.InvalidArgument, $"'{SafeText.Of(release, 100)}' can't be the tag of an image. Nothing was touched.", "A tag has letters, digits, and . _ - within it.");

    // As it was before; what does not answer is given what keeps it where the balancer's state says.
    private async Task<string> StatusOfAsync(Instance instance, EnvironmentDefinition definition, CancellationToken cancellationToken)
    {
        InstanceStatus now = await status.GetAsync(new StatusTarget(instance.Name, new Uri(instance.Uri, definition.StatusPath)), cancellationToken).ConfigureAwait(false);
        return now.Status switch
        {
            AppStatusValue.Ready => "ready",
            AppStatusValue.Stage => "stage",
            AppStatusValue.StandBy => "stand-by",
            _ => drivenByStatus ? "stand-by" : "ready",
        };
    }

    private static (IEnvironmentHost Host, EnvironmentPart Part) Among(Known known, Instance instance)
    {
        (IEnvironmentHost Host, EnvironmentPart Part)[] found =
            [.. known.Parts.Where(one => one.Part.IsInstance && one.Part.Port == instance.Port && one.Part.Definition.Address == instance.Address).OrderByDescending(one => one.Part.Running)];
        if (found.Length > 0) return found[0];
        // An engine that did not answer may be the one that has it.
        if (known.Silent is not null) throw new AppStatusException(known.Silent, instance);
        throw new AppStatusException(
            ErrorId.EnvironmentNotFound, FormattableString.Invariant($"{instance.Name} at {instance.Address}:{instance.Port} belongs to no environment of Start-AppEnvironment, so there is nothing that an image could replace."),
            $"Look at Get-AppEnvironment; an engine that is not on the PATH is named by {EnvironmentHosts.EngineVariable}. For other instances use -Deploy or -FilePath.", instance);
    }

    private async Task<Known> ListAsync(CancellationToken cancellationToken)
    {
        var all = new List<(IEnvironmentHost, EnvironmentPart)>();
        Fault? silent = null;
        foreach (IEnvironmentHost host in hosts)
        {
            try
            {
                all.AddRange((await host.ListAsync(environment: null, cancellationToken).ConfigureAwait(false)).Select(part => (host, part)));
            }
            catch (AppStatusException exception)
            {
                silent ??= exception.Fault;
            }
        }

        return new Known(all, silent);
    }

    /// <param name="Parts">Of those engines that answered.</param>
    /// <param name="Silent">Why the first that did not answer did not; null: all did. A list's own, since lanes ask side by side.</param>
    private sealed record Known(IReadOnlyList<(IEnvironmentHost Host, EnvironmentPart Part)> Parts, Fault? Silent);
}
