using AppStatus.Core.Balancers;
using AppStatus.Core.Deployments.Planning;
using AppStatus.Core.Errors;

namespace AppStatus.Core.Deployments.Execution;

/// <summary>What the balancers said of all pools of the plan, in one look.</summary>
/// <param name="ReadAt">When the look began: what happened later is not in it.</param>
/// <param name="AnsweredAt">When the last answer was there: its age counts from here, since a balancer that answers slowly can't be asked for more.</param>
/// <param name="Members">By pool; a pool that could not be read is missing.</param>
/// <param name="Fault">Why a pool is missing.</param>
internal sealed record PoolObservation(
    DateTimeOffset ReadAt, DateTimeOffset AnsweredAt, IReadOnlyDictionary<PoolKey, IReadOnlyList<PoolMember>> Members, Fault? Fault);
