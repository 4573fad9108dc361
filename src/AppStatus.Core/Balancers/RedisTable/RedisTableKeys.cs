namespace AppStatus.Core.Balancers.RedisTable;

/// <summary>The names of the two values that make up a routing table.</summary>
/// <param name="List">What the proxy reads, and the pool's name.</param>
internal sealed record RedisTableKeys(string List)
{
    /// <summary>What was taken out of the list, where each console finds it.</summary>
    public string Kept => List + ":appstatus";
}
