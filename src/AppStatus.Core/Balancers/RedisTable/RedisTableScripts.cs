using AppStatus.Core.Redis;

namespace AppStatus.Core.Balancers.RedisTable;

/// <summary>What must happen in one piece on the server. KEYS: the list, and the key beside it with what was taken out.</summary>
internal sealed class RedisTableScripts
{
    // TYPE is asked first: a command for lists on another kind of value would end the script with an error that says less.
    // What is not there is read all the same: a user without that right is told before the first change, and not by the look after it.
    private const string Reading = """
        local function read()
          local kind, kept = redis.call('TYPE', KEYS[1]).ok, redis.call('TYPE', KEYS[2]).ok
          return kind, kept,
            (kind == 'list' or kind == 'none') and redis.call('LRANGE', KEYS[1], 0, -1) or {},
            (kept == 'string' or kept == 'none') and redis.call('GET', KEYS[2]) or ''
        end

        """;

    /// <summary>Answers {type of the list, type of the other, entries, value of the other}.</summary>
    public RedisScript Read { get; } = new(Reading + "return {read()}");

    /// <summary>
    /// ARGV: the digest of what the change was made from, the new value beside the list (empty: none), the new list. Changes
    /// both or nothing. Answers {1} when it has; else {0, and what Read answers}.
    /// The list never goes away in between: new entries come behind the old ones, which then go, so it keeps its expiry, too.
    /// Trimming nothing comes first, so that a user without that right fails before anything is changed.
    /// </summary>
    public RedisScript Swap { get; } = new(Reading + """
        local kind, kept, list, value = read()
        local parts = {kind, ' ', kept}
        for i = 1, #list do
          parts[#parts + 1] = ' ' .. #list[i] .. ':'
          parts[#parts + 1] = list[i]
        end
        parts[#parts + 1] = '|' .. value
        if redis.sha1hex(table.concat(parts)) ~= ARGV[1] then return {0, kind, kept, list, value} end

        redis.call('LTRIM', KEYS[1], 0, -1)
        if ARGV[2] ~= '' then redis.call('SET', KEYS[2], ARGV[2]) elseif value ~= '' then redis.call('DEL', KEYS[2]) end
        for i = 3, #ARGV, 4000 do
          local pushed = redis.pcall('RPUSH', KEYS[1], unpack(ARGV, i, math.min(i + 3999, #ARGV)))
          if type(pushed) == 'table' and pushed.err then
            redis.call('LTRIM', KEYS[1], 0, #list - 1)
            if value ~= '' then redis.call('SET', KEYS[2], value) else redis.call('DEL', KEYS[2]) end
            return pushed
          end
        end
        redis.call('LTRIM', KEYS[1], #list, -1)
        return {1}
        """);

    /// <summary>
    /// Changes nothing; an error where a change would meet one. The trim shows whether it is a replica, or may not write at all;
    /// for the other commands Redis 7 can be asked. Answers the names of those that the user may not use.
    /// </summary>
    public RedisScript Check { get; } = new("""
        redis.call('LTRIM', KEYS[1], 0, -1)
        local refused = {}
        if redis.acl_check_cmd then
          for _, command in ipairs({{'RPUSH', KEYS[1], ''}, {'SET', KEYS[2], ''}, {'DEL', KEYS[2]}}) do
            if not redis.acl_check_cmd(unpack(command)) then refused[#refused + 1] = command[1] end
          end
        end
        return refused
        """);
}
