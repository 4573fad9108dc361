using AppStatus.Core.Errors;

namespace AppStatus.Core.Flags;

/// <summary>Which key of a Redis a flag stands in.</summary>
/// <param name="Prefix">What the keys of an application's flags begin with; empty for none.</param>
/// <param name="Name">The flag's name, which its percentage is reckoned with, too.</param>
internal sealed record FlagKey(string Prefix, string Name)
{
    private const int MaxLength = 512;

    public string Key => Prefix + Name;

    /// <exception cref="AppStatusException"><see cref="ErrorId.InvalidArgument"/>: the name can't be one.</exception>
    public static FlagKey Of(string prefix, string name)
    {
        if (WrongWith(prefix + name) is { } prefixed && WrongWith(name) is null) throw Invalid("prefix", prefix, prefixed);
        return WrongWith(name) is { } why ? throw Invalid("name", name, why) : new FlagKey(prefix, name);
    }

    /// <summary>Whether a key that stands in a Redis could be a flag's; what can't be typed is none.</summary>
    public static bool IsName(string name) => WrongWith(name) is null;

    public override string ToString() => Key;

    private static string? WrongWith(string name) => name switch
    {
        "" => "it is empty",
        { Length: > MaxLength } => FormattableString.Invariant($"it has more than {MaxLength} characters"),
        _ when name.Any(c => char.IsWhiteSpace(c) || char.IsControl(c)) => "it has blanks or control characters in it",
        _ when name.IndexOfAny(['*', '?', '[', ']', '`']) >= 0 => "it has a wildcard in it",
        _ => null,
    };

    private static AppStatusException Invalid(string what, string text, string why) => new(
        ErrorId.InvalidArgument, $"'{SafeText.Of(text, 100)}' is no {what} of a flag: {why}. Nothing was asked.", "Pass a name such as new-checkout; Get-FeatureFlag takes wildcards with -KeyPrefix.", text);
}
