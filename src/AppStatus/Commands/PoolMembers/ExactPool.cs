namespace AppStatus.Commands.PoolMembers;

/// <summary>A pool as a reading names it, whatever its name looks like.</summary>
internal sealed class ExactPool(string name) : IPoolPattern
{
    public string? Literal => name;

    public bool Matches(string pool) => pool == name;
}
