using AppStatus.Core.Errors;

namespace AppStatus.Core.Balancers.Changes;

/// <summary>What became of one change: one of the two is null.</summary>
/// <param name="Written">The member as it reads afterwards.</param>
/// <param name="Refusal">Why it is not as it was wanted.</param>
internal sealed record MemberOutcome(PoolMember? Written, AppStatusException? Refusal)
{
    public static MemberOutcome Of(PoolMember written) => new(written, Refusal: null);

    public static MemberOutcome Of(AppStatusException refusal) => new(Written: null, refusal);
}
