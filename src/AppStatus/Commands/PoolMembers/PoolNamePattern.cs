namespace AppStatus.Commands.PoolMembers;

/// <summary>A name letter by letter, or a pattern to which case is nothing.</summary>
/// <param name="text">As it was typed.</param>
internal sealed class PoolNamePattern(string text) : IPoolPattern
{
    private readonly WildcardPattern? _pattern = WildcardPattern.ContainsWildcardCharacters(text) ? WildcardPattern.Get(text, WildcardOptions.IgnoreCase) : null;

    public string? Literal => _pattern is null ? text : null;

    public bool Matches(string pool) => _pattern?.IsMatch(pool) ?? pool == text;
}
