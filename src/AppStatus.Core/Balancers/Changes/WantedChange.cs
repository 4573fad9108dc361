namespace AppStatus.Core.Balancers.Changes;

/// <summary>A member, and what shall become of it.</summary>
internal sealed record WantedChange(PoolMember Member, MemberChange Change);
