using AppStatus.Core.Redis;

namespace AppStatus.Core.Deployments.Leases;

/// <summary>What must happen in one piece on the server. Each leaves things as they are when it runs a second time.</summary>
internal sealed class RedisLeaseScripts
{
    /// <summary>
    /// KEYS: the counter; then for each lease its own key, its last holder's and its fence. ARGV: our record, the term in ms.
    /// It sets what it has found free or ours, and nothing comes in between: an NX would leave an own key its old expiry.
    /// Answers {1, token, last holders…}, or {0, number of the first lease that is held, its record, its ms left, its last holder}.
    /// </summary>
    public RedisScript Acquire { get; } = new("""
        local leases = (#KEYS - 1) / 3
        local ours = 0
        for i = 1, leases do
          local held = redis.call('GET', KEYS[3 * i - 1])
          if held == ARGV[1] then
            ours = ours + 1
          elseif held then
            return {0, i, held, redis.call('PTTL', KEYS[3 * i - 1]), redis.call('GET', KEYS[3 * i]) or ''}
          end
        end
        local answer = {1, 0}
        if ours == leases then
          answer[2] = redis.call('GET', KEYS[4])
          return answer
        end
        local token = redis.call('INCR', KEYS[1])
        answer[2] = token
        for i = 1, leases do
          redis.call('SET', KEYS[3 * i - 1], ARGV[1], 'PX', ARGV[2])
          answer[2 + i] = redis.call('GET', KEYS[3 * i]) or ''
          redis.call('SET', KEYS[3 * i], ARGV[1])
          redis.call('SET', KEYS[3 * i + 1], token)
        end
        return answer
        """);

    /// <summary>KEYS: the leases. ARGV: our record, the term in ms. Answers 1, or 0 where any of them is not ours any more.</summary>
    public RedisScript Renew { get; } = new("""
        for i = 1, #KEYS do
          if redis.call('GET', KEYS[i]) ~= ARGV[1] then return 0 end
        end
        for i = 1, #KEYS do redis.call('PEXPIRE', KEYS[i], ARGV[2]) end
        return 1
        """);

    /// <summary>
    /// KEYS: for each lease its own key and its last holder's. ARGV: our record, and the same with the deployment that it is held
    /// for. Only the last holder changes: the lease's own value is what tells it from any other's. Answers how many it named.
    /// </summary>
    public RedisScript Name { get; } = new("""
        local named = 0
        for i = 1, #KEYS, 2 do
          if redis.call('GET', KEYS[i]) == ARGV[1] then
            redis.call('SET', KEYS[i + 1], ARGV[2])
            named = named + 1
          end
        end
        return named
        """);

    /// <summary>KEYS: for each lease its own key and its last holder's. ARGV: our record, and the same marked as released. Answers how many it gave back.</summary>
    public RedisScript Release { get; } = new("""
        local released = 0
        for i = 1, #KEYS, 2 do
          if redis.call('GET', KEYS[i]) == ARGV[1] then
            redis.call('DEL', KEYS[i])
            redis.call('SET', KEYS[i + 1], ARGV[2])
            released = released + 1
          end
        end
        return released
        """);
}
