using System.Globalization;
using AppStatus.Core.Errors;

namespace AppStatus.Core.Containers;

/// <summary>An image's name as docker and podman take it: a repository, and a tag or a digest.</summary>
internal sealed record ImageReference(string Repository, string Tag)
{
    private const string DigestPrefix = "sha256:";

    /// <summary>Without a tag it is not yet told which image is meant.</summary>
    public bool HasTag => Tag.Length > 0;

    /// <exception cref="AppStatusException"><see cref="ErrorId.InvalidArgument"/>.</exception>
    public static ImageReference Parse(string text)
    {
        string name = text.Trim();
        int digest = name.IndexOf('@');
        // A colon before the last slash is that of a registry's port.
        int colon = name.LastIndexOf(':') is var last && last > name.LastIndexOf('/') ? last : -1;
        ImageReference image = digest > 0 ? new ImageReference(name.Substring(0, digest), name.Substring(digest + 1))
            : colon > 0 ? new ImageReference(name.Substring(0, colon), name.Substring(colon + 1))
            : new ImageReference(name, "");
        bool tagged = digest > 0 || colon > 0;
        if (!IsRepository(image.Repository) || (tagged && !IsTag(image.Tag)))
            throw new AppStatusException(ErrorId.InvalidArgument, $"'{SafeText.Of(text, 200)}' is no image. Nothing was touched.", "An image is a repository with a tag, such as registry.example/shop:1.2.");
        return image;
    }

    /// <summary>Whether a text can be a tag, or the digest that stands in its place.</summary>
    public static bool IsTag(string text)
    {
        string name = text.StartsWith(DigestPrefix, StringComparison.Ordinal) ? text.Substring(DigestPrefix.Length) : text;
        return name.Length is > 0 and <= 128 && name.All(IsPlain) && (char.IsLetterOrDigit(name[0]) || name[0] == '_');
    }

    /// <summary>Whether it names its registry. What does not would be looked for at whoever has that name at a public one.</summary>
    public bool IsQualified => Repository.IndexOf('/') is > 0 and var slash && IsRegistry(Repository.Substring(0, slash));

    /// <summary>Null where the text is no image.</summary>
    public static ImageReference? TryParse(string text)
    {
        try
        {
            return Parse(text);
        }
        catch (AppStatusException)
        {
            return null;
        }
    }

    /// <summary>The tag of an image that was given none: the moment, in UTC, to the second.</summary>
    public static string TimestampTag(DateTimeOffset at) => at.UtcDateTime.ToString("yyyyMMdd-HHmmss", CultureInfo.InvariantCulture);

    public ImageReference WithTag(string tag) => this with { Tag = tag };

    public override string ToString() => !HasTag ? Repository : Tag.StartsWith(DigestPrefix, StringComparison.Ordinal) ? $"{Repository}@{Tag}" : $"{Repository}:{Tag}";

    private static bool IsRegistry(string host) => host == "localhost" || host.IndexOfAny(['.', ':']) >= 0;

    private static bool IsRepository(string text) => text.Length is > 0 and <= 255 && char.IsLetterOrDigit(text[0]) && text.All(c => IsPlain(c) || c is '/' or ':');

    private static bool IsPlain(char c) => c < 128 && (char.IsLetterOrDigit(c) || c is '.' or '-' or '_');
}
