namespace AppStatus.Commands.PoolMembers;

/// <summary>A pool as it is typed: one by its name, or those that a pattern matches.</summary>
internal interface IPoolPattern
{
    /// <summary>The name, as a reading has it; null for a pattern.</summary>
    /// <exception cref="Core.Errors.AppStatusException">It can't be a name.</exception>
    string? Literal { get; }

    /// <param name="pool">As <see cref="Core.Balancers.PoolContent.Pool"/> has it.</param>
    bool Matches(string pool);
}
