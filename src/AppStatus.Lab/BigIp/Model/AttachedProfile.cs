namespace AppStatus.Lab.BigIp.Model;

/// <summary>A profile of a virtual server.</summary>
/// <param name="Context">Which side it is for: <c>all</c>, <c>clientside</c>, <c>serverside</c>.</param>
internal readonly record struct AttachedProfile(FullPath Name, string Context)
{
    public const string AllSides = "all";

    /// <summary>What a virtual server has that was made without any.</summary>
    public static AttachedProfile Default { get; } = new(FullPath.Resolve("tcp"), AllSides);
}
