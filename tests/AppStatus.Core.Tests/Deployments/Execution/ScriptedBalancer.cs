using AppStatus.Core.Balancers;
using AppStatus.Core.Errors;

namespace AppStatus.Core.Tests.Deployments.Execution;

/// <summary>A balancer that shows one look after the other, the last one again and again, and notes what is written.</summary>
internal sealed class ScriptedBalancer : IBalancer
{
    public string Id => "lb1";

    public BalancerCapabilities Capabilities { get; set; } = BalancerCapabilities.ConnectionCounts;

    /// <summary>Null: the read fails.</summary>
    public IReadOnlyList<IReadOnlyList<PoolMember>?> Looks { get; set; } = [];

    /// <summary>The member whose writes fail.</summary>
    public string Refuses { get; set; } = "";

    public int Reads { get; private set; }

    public List<string> Written { get; } = [];

    public Task<IReadOnlyList<PoolMember>> GetMembersAsync(string pool, CancellationToken cancellationToken) =>
        Looks[Math.Min(Reads++, Looks.Count - 1)] is { } members
            ? Task.FromResult(members)
            : Task.FromException<IReadOnlyList<PoolMember>>(new AppStatusException(ErrorId.HttpError, "lb1 answered 500."));

    public Task<IReadOnlyList<PoolMember>> FindMembersAsync(IReadOnlyCollection<string> addresses, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<PoolMember> SetStateAsync(PoolMember member, TrafficState state, CancellationToken cancellationToken)
    {
        if (member.Name == Refuses) return Task.FromException<PoolMember>(new AppStatusException(ErrorId.HttpError, "lb1 answered 500."));
        Written.Add($"{member.Name} {state}");
        return Task.FromResult(member with { State = state });
    }

    public Task<PoolMember> SetWeightAsync(PoolMember member, int weight, CancellationToken cancellationToken) => throw new NotSupportedException();
}
