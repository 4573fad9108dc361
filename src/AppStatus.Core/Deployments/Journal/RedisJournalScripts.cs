using AppStatus.Core.Redis;

namespace AppStatus.Core.Deployments.Journal;

/// <summary>
/// What must happen in one piece on the server. A fence is the newest token that was given out for a pool, or that has opened the
/// journal: an older token is a holder's that was replaced, and a newer one than the fence shows that the server has lost data.
/// Each answers {word, number}: <c>ok</c>, or why nothing was done.
/// </summary>
internal sealed class RedisJournalScripts
{
    private const string CheckFences = """
        local token = tonumber(ARGV[1])
        for i = 3, #KEYS do
          local fence = tonumber(redis.call('GET', KEYS[i]) or '0')
          if fence > token then return {'fenced', fence} end
          if fence < token then return {'older', fence} end
        end

        """;

    private const string AppendLines = """
        local have = 0
        local last = redis.call('XREVRANGE', KEYS[1], '+', '-', 'COUNT', 1)
        if #last > 0 then have = tonumber(string.match(last[1][1], '^(%d+)-')) end
        if have ~= tonumber(ARGV[2]) then return {'sequence', have} end
        for i = 4, #ARGV do
          redis.call('XADD', KEYS[1], string.format('%d-0', have + i - 3), 'line', ARGV[i])
        end

        """;

    /// <summary>KEYS: the stream, the set of deployments, the leases' fences, the journal's own fence last. ARGV: token, 0, the start in ms, then lines; the id follows them.</summary>
    public RedisScript Create { get; } = new("""
        local id = table.remove(ARGV)
        local own = table.remove(KEYS)
        """ + "\n" + CheckFences + AppendLines + """
        redis.call('SET', own, ARGV[1])
        redis.call('ZADD', KEYS[2], ARGV[3], id)
        return {'ok', #ARGV - 3}
        """);

    /// <summary>KEYS as for Create. ARGV: token.</summary>
    public RedisScript Open { get; } = new("""
        local own = table.remove(KEYS)
        """ + "\n" + CheckFences + """
        if redis.call('EXISTS', KEYS[1]) == 0 then return {'missing', 0} end
        local opened = tonumber(redis.call('GET', own) or '0')
        if opened > token then return {'fenced', opened} end
        redis.call('SET', own, ARGV[1])
        return {'ok', 0}
        """);

    /// <summary>KEYS as for Create; all fences count. ARGV: token, number of the last record before, 0, then lines.</summary>
    public RedisScript Append { get; } = new(CheckFences + AppendLines + """
        return {'ok', have + #ARGV - 3}
        """);

    /// <summary>KEYS as for Create. ARGV: token. Writes what is there already, so that a WAITAOF behind it waits for all that came before.</summary>
    public RedisScript Confirm { get; } = new(CheckFences + """
        redis.call('SET', KEYS[#KEYS], ARGV[1])
        return {'ok', 0}
        """);
}
