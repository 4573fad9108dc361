using AppStatus.Core.Balancers;
using AppStatus.Core.Errors;
using AppStatus.Core.Verification;

namespace AppStatus.Core.Deployments.Planning;

/// <summary>Reads, for planning, the pools and the health of what was piped in. Changes nothing.</summary>
internal sealed class WorldReader(DeploymentPorts ports)
{
    private const int ReadLimit = 32;

    /// <param name="release">What will be deployed, for checks of the user's own.</param>
    /// <param name="expectedVersion">What each instance shall report in the end.</param>
    /// <param name="keyByAddress">One host is one lane, whatever its ports.</param>
    /// <exception cref="AppStatusException">A pool that can't be read, a member that is not in it, a duplicate, or no input.</exception>
    public async Task<PlanningInput> ReadAsync(
        IReadOnlyList<DeploymentTarget> targets, IReadOnlyList<PoolMember> memberships, bool keyByAddress, string release, string expectedVersion, CancellationToken cancellationToken)
    {
        // By the clock that the driver compares it with.
        DateTimeOffset readAt = ports.Time.GetUtcNow();
        if (targets.Count == 0)
            throw new AppStatusException(ErrorId.NoInstances, "No instance came in, so there is nothing to deploy to.", "Pipe in members, such as: Get-HAProxyServer -Backend app | Invoke-RollingDeployment …");

        PoolMember? duplicate = memberships.GroupBy(member => (PoolKey.Of(member), member.Name)).FirstOrDefault(group => group.Count() > 1)?.First();
        if (duplicate is not null)
            throw new AppStatusException(ErrorId.DuplicateMember, $"Member {duplicate.Name} of pool {duplicate.Pool} came in more than once. Nothing was touched.", "Pipe it once, such as with: … | Sort-Object Pool, Name -Unique", duplicate);

        Dictionary<PoolKey, IReadOnlyList<PoolMember>> pools = await ReadPoolsAsync(memberships, cancellationToken).ConfigureAwait(false);
        PoolMember[] current = memberships.Select(member => Current(member, pools[PoolKey.Of(member)])).ToArray();
        ILookup<string, PoolMember> byInstance = current.ToLookup(member => Key(member.Address, member.Port, keyByAddress), StringComparer.Ordinal);

        using var limit = new SemaphoreSlim(ReadLimit);
        IEnumerable<IGrouping<string, DeploymentTarget>> instances = targets.GroupBy(target => Key(target, keyByAddress), StringComparer.Ordinal);
        ObservedInstance[] observed = await Task.WhenAll(instances
            .Select(group => ObserveAsync(group.Key, group.First(), byInstance[group.Key].ToArray(), release, expectedVersion, limit, cancellationToken))).ConfigureAwait(false);
        (PoolMember[] notPiped, string[] unread) = await ReadOthersAsync(current, keyByAddress, cancellationToken).ConfigureAwait(false);
        return new PlanningInput(observed, pools) { ReadAt = readAt, NotPiped = notPiped, Unread = unread };
    }

    /// <summary>What sends traffic to the same instances and was not piped in. A balancer that can't tell is no reason to refuse.</summary>
    private async Task<(PoolMember[] NotPiped, string[] Unread)> ReadOthersAsync(PoolMember[] piped, bool keyByAddress, CancellationToken cancellationToken)
    {
        var known = new HashSet<(PoolKey, string)>(piped.Select(member => (PoolKey.Of(member), member.Name)));
        var keys = new HashSet<string>(piped.Select(member => Key(member.Address, member.Port, keyByAddress)), StringComparer.Ordinal);
        var notPiped = new List<PoolMember>();
        var unread = new List<string>();
        foreach (IGrouping<string, PoolMember> group in piped.GroupBy(member => member.Balancer, StringComparer.Ordinal))
        {
            try
            {
                string[] addresses = [.. group.Select(member => member.Address).Distinct(StringComparer.Ordinal)];
                IReadOnlyList<PoolMember> found = await ports.Balancers[group.Key].FindMembersAsync(addresses, cancellationToken).ConfigureAwait(false);
                notPiped.AddRange(found.Where(member => member.State == TrafficState.Enabled
                    && keys.Contains(Key(member.Address, member.Port, keyByAddress)) && !known.Contains((PoolKey.Of(member), member.Name))));
            }
            catch (AppStatusException exception)
            {
                unread.Add($"Whether other pools of {group.Key} send traffic to the same instances could not be read: {exception.Fault.Message}");
            }
        }

        return ([.. notPiped], [.. unread]);
    }

    private async Task<Dictionary<PoolKey, IReadOnlyList<PoolMember>>> ReadPoolsAsync(IReadOnlyList<PoolMember> memberships, CancellationToken cancellationToken)
    {
        PoolKey[] keys = memberships.Select(PoolKey.Of).Distinct().ToArray();
        IReadOnlyList<PoolMember>[] pools = await Task.WhenAll(keys.Select(key => ports.Balancers[key.Balancer].GetMembersAsync(key.Pool, cancellationToken))).ConfigureAwait(false);
        return keys.Zip(pools, (key, members) => (key, members)).ToDictionary(pair => pair.key, pair => pair.members);
    }

    private static PoolMember Current(PoolMember member, IReadOnlyList<PoolMember> pool) =>
        pool.FirstOrDefault(candidate => candidate.Name == member.Name) ?? throw new AppStatusException(
            ErrorId.MemberNotFound, $"Pool {member.Pool} has no member {member.Name} any more. Nothing was touched.", "Read the members again and pipe those in.", member);

    private async Task<ObservedInstance> ObserveAsync(
        string key, DeploymentTarget target, IReadOnlyList<PoolMember> memberships, string release, string expectedVersion, SemaphoreSlim limit, CancellationToken cancellationToken)
    {
        PoolMember? member = memberships.Count > 0 ? memberships[0] : null;
        var instance = new Instance
        {
            Name = target.Status.Name,
            ComputerName = member is { ComputerName.Length: > 0 } ? member.ComputerName : target.Status.Uri.Host,
            Address = member?.Address ?? target.Status.Uri.Host,
            Port = member?.Port ?? target.Status.Uri.Port,
            Uri = member?.Uri ?? new Uri(target.Status.Uri, "/"),
            Pool = member?.Pool ?? "",
            ExpectedVersion = expectedVersion,
        };
        await limit.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            HealthReading reading = await ports.Health.ReadAsync(instance, target.Status.Uri, release, cancellationToken).ConfigureAwait(false);
            instance = instance with { Version = reading.Version, PreviousRelease = reading.Version };
            return new ObservedInstance(key, instance, target.Status.Uri, memberships, reading.Healthy) { Goal = target.Goal, Detail = reading.Detail };
        }
        finally
        {
            limit.Release();
        }
    }

    private static string Key(DeploymentTarget target, bool keyByAddress) => target.Member is { } member
        ? Key(member.Address, member.Port, keyByAddress)
        : Key(target.Status.Uri.Host, target.Status.Uri.Port, keyByAddress);

    private static string Key(string address, int port, bool keyByAddress) => keyByAddress ? address : $"{address}:{port}";
}
