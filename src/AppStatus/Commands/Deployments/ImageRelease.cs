using AppStatus.Core;
using AppStatus.Core.Containers;
using AppStatus.Core.Errors;

namespace AppStatus.Commands.Deployments;

/// <summary>What -Image means as a release.</summary>
/// <param name="Repository">The image without its tag.</param>
/// <param name="Release">The tag: that of the image, else -Release, else the moment.</param>
/// <param name="NeedsTag">The newest image gets the release as its tag before it is deployed.</param>
internal sealed record ImageRelease(string Repository, string Release, bool NeedsTag)
{
    /// <exception cref="AppStatusException"><see cref="ErrorId.InvalidArgument"/>: it is no image, or -Release says something else.</exception>
    public static ImageRelease Of(string image, string release, DateTimeOffset now)
    {
        ImageReference named = ImageReference.Parse(image);
        if (named.HasTag && release.Length > 0 && release != named.Tag)
            throw new AppStatusException(ErrorId.InvalidArgument, $"-Image {named} and -Release {SafeText.Of(release, 100)} name two releases. Nothing was touched.", "Leave -Release away: an image's tag is the release.");
        if (!named.HasTag && release.Length > 0 && !ImageReference.IsTag(release))
            throw new AppStatusException(ErrorId.InvalidArgument, $"-Release '{SafeText.Of(release, 100)}' can't be the tag of an image. Nothing was touched.", "A tag has letters, digits, and . _ - within it.");
        string tag = named.HasTag ? named.Tag : release.Length > 0 ? release : ImageReference.TimestampTag(now);
        return new ImageRelease(named.Repository, tag, NeedsTag: !named.HasTag && release.Length == 0);
    }
}
