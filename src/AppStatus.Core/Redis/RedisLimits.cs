namespace AppStatus.Core.Redis;

/// <summary>What a reply may be at most, so that whatever answers can't fill the memory.</summary>
internal sealed record RedisLimits
{
    public int LineBytes { get; init; } = 64 * 1024;

    /// <summary>One string. Redis itself allows 512 MB; nothing of ours comes near this.</summary>
    public int BulkBytes { get; init; } = 64 * 1024 * 1024;

    /// <summary>All bytes of one reply.</summary>
    public long ReplyBytes { get; init; } = 256L * 1024 * 1024;

    /// <summary>All items of one reply, at all depths.</summary>
    public int Items { get; init; } = 4 * 1024 * 1024;

    /// <summary>Arrays within arrays.</summary>
    public int Depth { get; init; } = 32;
}
