using AppStatus.Core.Balancers;
using AppStatus.Core.Errors;

namespace AppStatus.Commands.PoolMembers;

/// <summary>A connected balancer of one kind, as the cmdlet that reads its members asks it.</summary>
/// <param name="session">As it was connected; questions to the same one share a reading.</param>
/// <param name="balancer">Its balancer.</param>
internal abstract class PoolSource(object session, IBalancer balancer)
{
    public object Session => session;

    public IBalancer Balancer => balancer;

    /// <summary>What the last reading could not find out, and the user must know; null for nothing.</summary>
    public virtual string? Warning => null;

    /// <summary>Every pool with its members, by a number of requests that does not grow with the pools.</summary>
    public abstract Task<IReadOnlyList<PoolContent>> ReadAllAsync(CancellationToken cancellationToken);

    public virtual IPoolPattern PatternOf(string text) => new PoolNamePattern(text);

    /// <summary>The pool that a member was read from.</summary>
    public virtual IPoolPattern ExactlyThat(string pool) => new ExactPool(pool);

    /// <summary>A name that is not among the pools that were read.</summary>
    public abstract Fault NotFound(string pool, IReadOnlyCollection<string> known);

    /// <summary>What is said, and of what, when the balancer itself refuses to read.</summary>
    public virtual Task<(Fault Fault, object Target)> ExplainAsync(AppStatusException refusal, string pool, CancellationToken cancellationToken) =>
        Task.FromResult((refusal.Fault, refusal.Target ?? pool));
}
