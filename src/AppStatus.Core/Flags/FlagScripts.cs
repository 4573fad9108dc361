using AppStatus.Core.Redis;

namespace AppStatus.Core.Flags;

/// <summary>What runs inside Redis, and therefore as one thing.</summary>
internal static class FlagScripts
{
    /// <summary>
    /// KEYS: the flag's. ARGV: the kind and the value that the change was made from, the new value (empty: the key goes).
    /// Answers {1} when it has changed it; else {0, kind, value}, as far as a value is a flag's in length.
    /// Setting takes an expiry off, as SET always does: a flag that somebody has set must not vanish by itself.
    /// </summary>
    public static RedisScript Swap { get; } = new("""
        local kind = redis.call('TYPE', KEYS[1]).ok
        local value = ''
        if kind == 'string' then value = redis.call('GET', KEYS[1]) end
        if kind ~= ARGV[1] or value ~= ARGV[2] then return {0, kind, string.sub(value, 1, 256)} end
        if ARGV[3] == '' then redis.call('DEL', KEYS[1]) else redis.call('SET', KEYS[1], ARGV[3]) end
        return {1}
        """);
}
