using AppStatus.Core.Deployments;
using AppStatus.Core.Deployments.Journal;
using AppStatus.Core.Deployments.Leases;
using AppStatus.Core.Deployments.Planning;
using AppStatus.Core.Errors;
using AppStatus.Core.Redis;

namespace AppStatus.Core.Maintenance;

/// <summary>A hash in a Redis, a field a member.</summary>
internal sealed class RedisSuspensions(RedisClient redis, RedisDurability durability) : ISuspensions
{
    /// <summary>KEYS: the hash, the fence of the pool's lease. ARGV: our token, the field, its value (empty: remove). Answers 0 where a newer holder was there.</summary>
    private readonly RedisScript _set = new("""
        if redis.call('GET', KEYS[2]) ~= ARGV[1] then return 0 end
        if ARGV[3] == '' then redis.call('HDEL', KEYS[1], ARGV[2]) else redis.call('HSET', KEYS[1], ARGV[2], ARGV[3]) end
        return 1
        """);

    // One that can't be read is refused, and not passed over: to find out whose it is takes rights that no user of a store has so far.
    public async Task<IReadOnlyList<SuspendedMember>> ListAsync(Action<Fault> unreadable, CancellationToken cancellationToken)
    {
        RedisValue all = await redis.ExecuteAsync(RedisCommand.Of("HVALS", RedisKeys.Suspended).Repeatable(), cancellationToken).ConfigureAwait(false);
        return [.. all.Items.Select(item => SuspensionRecords.Read(item.Bytes, $"{redis.Endpoint} {RedisKeys.Suspended}")).OrderBy(member => member.SuspendedAt).ThenBy(SuspensionRecords.Key, StringComparer.Ordinal)];
    }

    public Task WriteAsync(SuspendedMember member, ILease lease, CancellationToken cancellationToken) => SetAsync(member, SuspensionRecords.Write(member), lease, cancellationToken);

    public Task RemoveAsync(SuspendedMember member, ILease lease, CancellationToken cancellationToken) => SetAsync(member, [], lease, cancellationToken);

    private async Task SetAsync(SuspendedMember member, byte[] record, ILease lease, CancellationToken cancellationToken)
    {
        string[] keys = [RedisKeys.Suspended, RedisKeys.Fence(LeaseKeys.Of(new PoolKey(member.Balancer, member.Pool)))];
        RedisArgument[] arguments = [lease.Token, SuspensionRecords.Key(member), record];
        RedisResult? flushed = null;
        RedisResult result = await redis.TryRunAsync(
            async connection =>
            {
                RedisResult ran = await RedisClient.EvaluateAsync(connection, _set, keys, arguments, cancellationToken).ConfigureAwait(false);
                // It waits for what this very connection wrote.
                if (ran.Fault is null && durability.WaitsForDisk) flushed = await connection.ExecuteAsync(RedisCommand.Of("WAITAOF", 1, 0, 0), cancellationToken).ConfigureAwait(false);
                return ran;
            },
            "EVALSHA", safeToRepeat: true, cancellationToken).ConfigureAwait(false);
        if ((result.Fault ?? flushed?.Fault) is { } fault)
            throw new AppStatusException(new Fault(ErrorId.StoreUnavailable, $"The suspension of {member} could not be recorded: {fault.Message}", fault.NextStep), redis.Endpoint.ToString());
        if (result.Reply!.Integer != 1) throw SuspensionRecords.Lost(member);
    }
}
