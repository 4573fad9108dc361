namespace AppStatus.Core.Balancers.F5;

/// <summary>Marks a 404 as about a pool.</summary>
internal sealed record F5PoolTarget(string Name)
{
    public override string ToString() => Name;
}
