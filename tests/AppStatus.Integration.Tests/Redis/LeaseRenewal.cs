using AppStatus.Core.Deployments;
using AppStatus.Core.Deployments.Leases;
using AppStatus.Core.Redis;
using AppStatus.Core.Tests.Clocks;
using AppStatus.Integration.Tests.Support;

namespace AppStatus.Integration.Tests.Redis;

/// <summary>The renewals of a lease that goes by a clock of the test's, as the server sees them.</summary>
internal static class LeaseRenewal
{
    /// <summary>Moves to the next renewal, and on to those that come soon after one that failed.</summary>
    /// <param name="term">Of the lease.</param>
    /// <param name="look">Another connection, whose clock runs.</param>
    /// <returns>True: the server has renewed it. False: it was lost.</returns>
    public static async Task<bool> NextAsync(ILease lease, TimeSpan term, ManualTimeProvider time, RedisClient look)
    {
        string key = RedisKeys.Lease(lease.Keys[0]);
        // Without an end, so that whatever end it gets is that of a renewal.
        (await look.ExecuteAsync(RedisCommand.Of("PERSIST", key), TestContext.Current.CancellationToken)).Integer.ShouldBe(1);
        int waiting = time.Waiting;
        time.Advance(term / 3);
        await Eventually.GetAsync(
            async () =>
            {
                bool ended = lease.Lost.IsCancellationRequested || await IsRenewedAsync(key, look);
                // It failed, and waits for its next attempt.
                if (!ended && time.Waiting == waiting) time.Advance(term / 30);
                return ended;
            },
            ended => ended,
            "a renewal");
        if (lease.Lost.IsCancellationRequested) return false;
        await Eventually.GetAsync(() => Task.FromResult(lease.IsValidFor(term * 0.9)), valid => valid, "the answer to it");
        return true;
    }

    private static async Task<bool> IsRenewedAsync(string key, RedisClient look) =>
        (await look.ExecuteAsync(RedisCommand.Of("PTTL", key), TestContext.Current.CancellationToken)).Integer > 0;
}
