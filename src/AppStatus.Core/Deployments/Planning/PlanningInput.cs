using AppStatus.Core.Balancers;

namespace AppStatus.Core.Deployments.Planning;

/// <summary>The world as it was read for planning.</summary>
/// <param name="Instances">What was piped in, one entry an instance, in order.</param>
/// <param name="Pools">Every pool that an instance is a member of, with all its members.</param>
internal sealed record PlanningInput(
    IReadOnlyList<ObservedInstance> Instances,
    IReadOnlyDictionary<PoolKey, IReadOnlyList<PoolMember>> Pools)
{
    /// <summary>When the reading began.</summary>
    public DateTimeOffset ReadAt { get; init; }

    /// <summary>Memberships of the same instances that were not piped in, though their pools send them traffic.</summary>
    public IReadOnlyList<PoolMember> NotPiped { get; init; } = [];

    /// <summary>Why other memberships could not be looked for, a sentence each.</summary>
    public IReadOnlyList<string> Unread { get; init; } = [];
}

/// <summary>One instance with what was read of it.</summary>
internal sealed record ObservedInstance(
    string Key, Instance Instance, Uri StatusUri, IReadOnlyList<PoolMember> Memberships, bool Healthy)
{
    /// <summary>What its check says, for people.</summary>
    public string Detail { get; init; } = "";

    /// <summary>What a plan file wants its status to be; null: nobody says.</summary>
    public Status.AppStatusValue? Goal { get; init; }
}

/// <summary>A plan, or the reasons why there is none. Exactly one of the two is there.</summary>
internal sealed record PlanningResult(DeploymentPlan? Plan, IReadOnlyList<Errors.Fault> Refusals);
