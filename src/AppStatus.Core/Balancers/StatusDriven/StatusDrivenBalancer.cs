using AppStatus.Core.Errors;
using AppStatus.Core.Status;

namespace AppStatus.Core.Balancers.StatusDriven;

/// <summary>
/// Traffic control for teams without rights on the balancer: its monitor reads the instances' status, so that setting
/// <c>stand-by</c> drains and <c>ready</c> enables. Where a balancer can at least be read, its counts and health prove it.
/// </summary>
internal sealed class StatusDrivenBalancer : IBalancer, IActiveUnitCheck
{
    /// <summary>The name of the pool that instances make up which no balancer was read for.</summary>
    public const string UnobservedPool = "instances";

    private const string Unobserved = "status", Prefix = "status+";

    private const int ReadLimit = 32;

    private readonly IStatusClient _client;
    private readonly IBalancer? _observed;
    private readonly Dictionary<string, StatusTarget> _targets;
    private readonly KnownReady _ready = new();

    /// <param name="targets">The instances whose status may be set.</param>
    /// <param name="observed">The balancer that is read, never written; null where there is none.</param>
    public StatusDrivenBalancer(IStatusClient client, IReadOnlyList<StatusTarget> targets, IBalancer? observed)
    {
        _client = client;
        _observed = observed;
        _targets = targets.GroupBy(target => NameOf(target, observed is not null), StringComparer.Ordinal)
            .ToDictionary(group => group.Key, group => group.First(), StringComparer.Ordinal);
        Id = observed is null ? Unobserved : Prefix + observed.Id;
    }

    public string Id { get; }

    public Task CheckActiveAsync(CancellationToken cancellationToken) => _observed?.RequireActiveAsync(cancellationToken) ?? Task.CompletedTask;

    /// <summary>Whether a balancer with this id sets statuses, and not members.</summary>
    public static bool IsIdOf(string id) => id == Unobserved || ObservedId(id) is not null;

    /// <summary>The id of the balancer that one with this id observes; null: none.</summary>
    public static string? ObservedId(string id) => id.StartsWith(Prefix, StringComparison.Ordinal) ? id.Substring(Prefix.Length) : null;

    public BalancerCapabilities Capabilities => (_observed?.Capabilities ?? BalancerCapabilities.None) & BalancerCapabilities.ConnectionCounts;

    /// <summary>The membership that stands for an instance: of the pool that it was read from, else of <see cref="UnobservedPool"/>.</summary>
    public PoolMember MembershipOf(StatusTarget target) => target.Member is { } member
        ? member with { Balancer = Id, Source = this }
        : new PoolMember { Name = target.Key, Pool = UnobservedPool, Address = target.Uri.Host, Port = target.Uri.Port, Balancer = Id, Source = this };

    public async Task<IReadOnlyList<PoolMember>> GetMembersAsync(string pool, CancellationToken cancellationToken)
    {
        if (_observed is null)
        {
            return pool == UnobservedPool
                ? await ReadAllAsync(_targets.ToArray(), ReadUnobservedAsync, cancellationToken).ConfigureAwait(false)
                : throw new AppStatusException(ErrorId.PoolNotFound, $"No balancer is in view, so there is no pool '{SafeText.Condensed(pool)}': the instances make up '{UnobservedPool}'.", target: pool);
        }

        IReadOnlyList<PoolMember> members = await _observed.GetMembersAsync(pool, cancellationToken).ConfigureAwait(false);
        return await ReadAllAsync(members, OverlayAsync, cancellationToken).ConfigureAwait(false);
    }

    public async Task<IReadOnlyList<PoolMember>> FindMembersAsync(IReadOnlyCollection<string> addresses, CancellationToken cancellationToken)
    {
        if (_observed is null) return (await GetMembersAsync(UnobservedPool, cancellationToken).ConfigureAwait(false)).At(addresses);

        IReadOnlyList<PoolMember> members = await _observed.FindMembersAsync(addresses, cancellationToken).ConfigureAwait(false);
        return await ReadAllAsync(members, OverlayAsync, cancellationToken).ConfigureAwait(false);
    }

    public async Task<PoolMember> SetStateAsync(PoolMember member, TrafficState state, CancellationToken cancellationToken)
    {
        if (!TryTarget(member, out StatusTarget? target))
            throw new AppStatusException(ErrorId.MemberNotFound, $"{member} was not given with a status endpoint, so its status can't be set.", target: member);

        if (state == TrafficState.Offline)
            throw new AppStatusException(ErrorId.NotSupported, $"A status has no word for offline: {member} can be in traffic or out of it. Nothing was changed.", "Drain it: its instance is set to stand-by.", member);

        AppStatusValue wanted = Wanted(member, state);
        InstanceStatus answer;
        _ready.Forget(Key(member));
        try
        {
            answer = await _client.SetAsync(target!, wanted, cancellationToken).ConfigureAwait(false);
            // It may be set, and only the answer was lost: to set it twice is the same as once.
            if (answer.Fault?.Id == ErrorId.ConnectionClosed) answer = await _client.SetAsync(target!, wanted, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            // Once more: a read that was on its way meanwhile may have seen what was before.
            _ready.Forget(Key(member));
        }

        if (answer.Fault is Fault fault) throw new AppStatusException(fault, member);
        return member with { State = StateOf(answer.Status), NativeState = wanted.ToWire(), Serving = false };
    }

    public Task<PoolMember> SetWeightAsync(PoolMember member, int weight, CancellationToken cancellationToken) =>
        throw new AppStatusException(ErrorId.NotSupported, $"A status has no weight: {member} can be in traffic or out of it.", target: member);

    // Draining again what was in stage is a restore: it goes back to stage.
    private static AppStatusValue Wanted(PoolMember member, TrafficState state) =>
        state == TrafficState.Enabled ? AppStatusValue.Ready
        : StatusText.Parse(member.NativeState) == AppStatusValue.Stage && member.State != TrafficState.Enabled ? AppStatusValue.Stage
        : AppStatusValue.StandBy;

    private async Task<PoolMember> ReadUnobservedAsync(KeyValuePair<string, StatusTarget> entry, CancellationToken cancellationToken)
    {
        InstanceStatus status = await _client.GetAsync(entry.Value, cancellationToken).ConfigureAwait(false);
        bool answers = status.Fault is null;
        return new PoolMember
        {
            Name = entry.Key,
            ComputerName = entry.Value.Uri.Host,
            Pool = UnobservedPool,
            Address = entry.Value.Uri.Host,
            Port = entry.Value.Uri.Port,
            Balancer = Id,
            State = StateOf(status.Status),
            NativeState = answers ? status.RawStatus : "",
            Health = answers ? MemberHealth.Up : MemberHealth.Down,
            HealthReason = status.Error,
            Serving = answers && status.Status == AppStatusValue.Ready,
            Source = this,
        };
    }

    // What is known to be ready is not asked again: should it change, the balancer's own check shows it.
    private async Task<PoolMember> OverlayAsync(PoolMember member, CancellationToken cancellationToken)
    {
        PoolMember ours = member with { Balancer = Id, Source = this };
        if (!TryTarget(member, out StatusTarget? target)) return ours;
        if (!_ready.Contains(Key(member), out long seen))
        {
            InstanceStatus status = await _client.GetAsync(target!, cancellationToken).ConfigureAwait(false);
            if (status.Fault is not null)
                return ours with { State = TrafficState.Draining, Serving = false, HealthReason = status.Error };
            if (status.Status != AppStatusValue.Ready)
                return ours with { State = TrafficState.Draining, NativeState = status.RawStatus, Serving = false };
            _ready.Note(Key(member), seen);
        }

        return ours with { NativeState = AppStatusValue.Ready.ToWire() };
    }

    private bool TryTarget(PoolMember member, out StatusTarget? target) =>
        _targets.TryGetValue(_observed is null ? member.Name : Key(member), out target);

    private static string NameOf(StatusTarget target, bool observed) => observed && target.Member is not null ? Key(target.Member) : target.Key;

    // By instance, not by pool: one status stands for all memberships.
    private static string Key(PoolMember member) => member.InstanceKey;

    private static TrafficState StateOf(AppStatusValue status) => status == AppStatusValue.Ready ? TrafficState.Enabled : TrafficState.Draining;

    private static async Task<IReadOnlyList<PoolMember>> ReadAllAsync<T>(
        IReadOnlyList<T> items, Func<T, CancellationToken, Task<PoolMember>> read, CancellationToken cancellationToken)
    {
        using var limit = new SemaphoreSlim(ReadLimit);
        return await Task.WhenAll(items.Select(async item =>
        {
            await limit.WaitAsync(cancellationToken).ConfigureAwait(false);
            try
            {
                return await read(item, cancellationToken).ConfigureAwait(false);
            }
            finally
            {
                limit.Release();
            }
        })).ConfigureAwait(false);
    }
}
