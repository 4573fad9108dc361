using AppStatus.Core.Containers;
using AppStatus.Core.Deployments;
using AppStatus.Core.Deployments.Execution;
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
    /// <summary>Makes sure that the instances are an environment's.</summary>
    /// <exception cref="AppStatusException"><see cref="ErrorId.EnvironmentNotFound"/>.</exception>
    public Task RequireInstancesAsync(IEnumerable<Instance> instances, CancellationToken cancellationToken) => FindAllAsync(instances, cancellationToken);

    /// <summary>Before anything is touched: makes sure that the image is there, and fetches it where it must be.</summary>
    /// <param name="needsTag">The newest image gets the release as its tag, so that there is something to come back to.</param>
    /// <exception cref="AppStatusException"><see cref="ErrorId.ImageNotFound"/>, <see cref="ErrorId.EnvironmentNotFound"/>.</exception>
    public async Task RequireImageAsync(IEnumerable<Instance> instances, string release, bool needsTag, CancellationToken cancellationToken)
    {
        ImageReference image = ImageOf(release), newest = image.WithTag("latest");
        foreach (IEnvironmentHost host in (await FindAllAsync(instances, cancellationToken).ConfigureAwait(false)).Select(found => found.Host).Distinct())
        {
            await host.RequireImageAsync(needsTag ? newest : image, cancellationToken).ConfigureAwait(false);
            if (needsTag) await host.TagAsync(newest, image, cancellationToken).ConfigureAwait(false);
        }
    }

    public async Task DeployAsync(Instance instance, string release, int attempt, CancellationToken cancellationToken)
    {
        ImageReference image = ImageOf(release);
        try
        {
            (IEnvironmentHost host, EnvironmentPart part) = await FindAsync(instance, cancellationToken).ConfigureAwait(false);
            string first = await StatusOfAsync(instance, part.Definition, cancellationToken).ConfigureAwait(false);
            report(instance, $"replacing {part.Image} ({part.Id}) by {image}, status {first}");
            await host.ReplaceAsync(part, image, first, cancellationToken).ConfigureAwait(false);
        }
        catch (AppStatusException exception)
        {
            throw new AppStatusException(
                ErrorId.DeployFailed, $"The deploy of {image} to {instance.Name} failed: {exception.Fault.Message.TrimEnd('.')}. The instance stays out of traffic.", exception.Fault.NextStep, instance, exception);
        }
    }

    /// <summary>The tag of what runs there: an application need not know it.</summary>
    public async Task<(bool RunsExpected, string Version)> CheckAsync(Instance instance, string expected, CancellationToken cancellationToken)
    {
        (_, EnvironmentPart part) = await FindAsync(instance, cancellationToken).ConfigureAwait(false);
        bool same = part.Running && (expected.Length == 0 || (part.Image.Tag == expected && part.Image.Repository == repository));
        return (same, part.Image.Repository == repository ? part.Image.Tag : part.Image.ToString());
    }

    private ImageReference ImageOf(string release) => ImageReference.IsTag(release)
        ? new ImageReference(repository, release)
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

    private async Task<(IEnvironmentHost Host, EnvironmentPart Part)[]> FindAllAsync(IEnumerable<Instance> instances, CancellationToken cancellationToken)
    {
        IReadOnlyList<(IEnvironmentHost, EnvironmentPart)> known = await ListAsync(cancellationToken).ConfigureAwait(false);
        return [.. instances.Select(instance => Among(known, instance))];
    }

    private async Task<(IEnvironmentHost Host, EnvironmentPart Part)> FindAsync(Instance instance, CancellationToken cancellationToken) =>
        Among(await ListAsync(cancellationToken).ConfigureAwait(false), instance);

    private static (IEnvironmentHost Host, EnvironmentPart Part) Among(IReadOnlyList<(IEnvironmentHost Host, EnvironmentPart Part)> known, Instance instance)
    {
        (IEnvironmentHost Host, EnvironmentPart Part)[] found =
            [.. known.Where(one => one.Part.IsInstance && one.Part.Port == instance.Port && one.Part.Definition.Address == instance.Address).OrderByDescending(one => one.Part.Running)];
        if (found.Length > 0) return found[0];
        throw new AppStatusException(
            ErrorId.EnvironmentNotFound, FormattableString.Invariant($"{instance.Name} at {instance.Address}:{instance.Port} belongs to no environment of Start-AppEnvironment, so there is nothing that an image could replace. Nothing was touched."),
            "Look at Get-AppEnvironment. For other instances use -Deploy or -FilePath.", instance);
    }

    private async Task<IReadOnlyList<(IEnvironmentHost Host, EnvironmentPart Part)>> ListAsync(CancellationToken cancellationToken)
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

        return all.Count == 0 && silent is not null ? throw new AppStatusException(silent) : all;
    }
}
