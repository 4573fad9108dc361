using AppStatus.Core.Containers;

namespace AppStatus.Core.Environments;

/// <summary>In what environments run: processes of this machine, or an engine's containers. Every method may be repeated after a crash.</summary>
internal interface IEnvironmentHost
{
    EnvironmentProvider Provider { get; }

    /// <summary>As messages and journals name it: <c>docker</c>, a path, <c>this machine</c>.</summary>
    string Name { get; }

    /// <summary>All parts, also those that do not run.</summary>
    /// <param name="environment">Null: of all environments.</param>
    /// <exception cref="Errors.AppStatusException">The engine does not answer.</exception>
    Task<IReadOnlyList<EnvironmentPart>> ListAsync(string? environment, CancellationToken cancellationToken);

    /// <summary>Before the first part: what they share, and what must be there.</summary>
    /// <exception cref="Errors.AppStatusException">A program or an image is missing, with how to get it.</exception>
    Task PrepareAsync(EnvironmentDefinition definition, CancellationToken cancellationToken);

    /// <summary>Starts a part that is missing, or does not run.</summary>
    /// <param name="status">An instance's first status.</param>
    /// <param name="there">What there is of it; null: nothing.</param>
    Task StartAsync(EnvironmentDefinition definition, string part, ImageReference image, string status, EnvironmentPart? there, CancellationToken cancellationToken);

    /// <summary>Ends an instance in order, and starts the image in its place, with its port and settings.</summary>
    /// <exception cref="Errors.AppStatusException">Says what runs now: a container that can't be started leaves the old one running.</exception>
    Task ReplaceAsync(EnvironmentPart instance, ImageReference image, string status, CancellationToken cancellationToken);

    /// <summary>The last lines that a part has printed; empty where there are none.</summary>
    Task<string> LastWordsAsync(EnvironmentPart part, CancellationToken cancellationToken);

    Task RemoveAsync(EnvironmentPart part, CancellationToken cancellationToken);

    /// <summary>After the last part: what they shared. Whether there was something.</summary>
    Task<bool> RemoveSharedAsync(string environment, CancellationToken cancellationToken);

    /// <summary>Makes sure that an image can be started, and fetches it where it must be.</summary>
    /// <exception cref="Errors.AppStatusException"><see cref="Errors.ErrorId.ImageNotFound"/>.</exception>
    Task RequireImageAsync(ImageReference image, CancellationToken cancellationToken);

    /// <summary>Gives an image another tag, too.</summary>
    Task TagAsync(ImageReference image, ImageReference tagged, CancellationToken cancellationToken);

    /// <summary>The tags of a repository that can be started at once, the newest first.</summary>
    Task<IReadOnlyList<string>> TagsAsync(string repository, CancellationToken cancellationToken);
}
