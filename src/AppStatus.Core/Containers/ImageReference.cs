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
    public static ImageReference Parse(string text) => TryParse(text)
        ?? throw new AppStatusException(ErrorId.InvalidArgument, $"'{SafeText.Of(text, 200)}' is no image. Nothing was touched.", "An image is a repository with a tag, such as registry.example/shop:1.2.");

    /// <summary>Null: it is no image.</summary>
    public static ImageReference? TryParse(string text)
    {
        string name = text.Trim();
        int digest = name.IndexOf('@');
        // A colon before the last slash is that of a registry's port.
        string before = digest >= 0 ? name.Substring(0, digest) : name;
        int colon = before.LastIndexOf(':') is var last && last > before.LastIndexOf('/') ? last : -1;
        string repository = colon >= 0 ? before.Substring(0, colon) : before, tag = colon >= 0 ? before.Substring(colon + 1) : "";
        if (!IsRepository(repository) || (colon >= 0 && !IsPlainTag(tag))) return null;
        // With both, the engines look at the digest alone.
        if (digest >= 0) tag = name.Substring(digest + 1);
        return digest >= 0 && !IsDigest(tag) ? null : new ImageReference(repository, tag);
    }

    /// <summary>Whether a text can be a tag, or the digest that stands in its place.</summary>
    public static bool IsTag(string text) => IsPlainTag(text) || IsDigest(text);

    /// <summary>Whether it names its registry. What does not would be looked for at whoever has that name at a public one.</summary>
    public bool IsQualified => Repository.IndexOf('/') is > 0 and var slash && IsRegistry(Repository.Substring(0, slash));

    /// <summary>The tag of an image that was given none: the moment, in UTC, to the second.</summary>
    public static string TimestampTag(DateTimeOffset at) => at.UtcDateTime.ToString("yyyyMMdd-HHmmss", CultureInfo.InvariantCulture);

    public ImageReference WithTag(string tag) => this with { Tag = tag };

    public override string ToString() => !HasTag ? Repository : Tag.StartsWith(DigestPrefix, StringComparison.Ordinal) ? $"{Repository}@{Tag}" : $"{Repository}:{Tag}";

    private static bool IsRegistry(string host) => host == "localhost" || host.IndexOfAny(['.', ':']) >= 0;

    // A colon is that of a port, before the first slash.
    private static bool IsRepository(string text) =>
        text.Length is > 0 and <= 255 && char.IsLetterOrDigit(text[0]) && text.All(c => IsPlain(c) || c is '/' or ':') && text.IndexOf(':') == text.LastIndexOf(':') && text.IndexOf(':') < Math.Max(text.IndexOf('/'), 0);

    private static bool IsPlainTag(string text) => text.Length is > 0 and <= 128 && text.All(IsPlain) && (char.IsLetterOrDigit(text[0]) || text[0] == '_');

    private static bool IsDigest(string text) =>
        text.Length == DigestPrefix.Length + 64 && text.StartsWith(DigestPrefix, StringComparison.Ordinal) && text.Skip(DigestPrefix.Length).All(c => c is (>= '0' and <= '9') or (>= 'a' and <= 'f'));

    private static bool IsPlain(char c) => c < 128 && (char.IsLetterOrDigit(c) || c is '.' or '-' or '_');
}
