using AppStatus.Core.Balancers;
using AppStatus.Core.Balancers.Changes;

namespace AppStatus.Core.Tests.Balancers.Changes;

/// <summary>A pool that takes several changes at one stroke.</summary>
internal sealed class BatchPool(int members) : HeldPool(members, members), IMemberBatch
{
    /// <summary>The names of each batch.</summary>
    public List<string> Batches { get; } = [];

    /// <summary>Batches throw it, with nothing changed.</summary>
    public Exception? Fails { get; set; }

    /// <summary>The member that a batch leaves out.</summary>
    public MemberOutcome? Refusal { get; set; }

    public async Task<IReadOnlyList<MemberOutcome>> ChangeAsync(string pool, IReadOnlyList<WantedChange> changes, CancellationToken cancellationToken)
    {
        Batches.Add(string.Join(" ", changes.Select(change => change.Member.Name)));
        using (cancellationToken.Register(() => Write.TrySetCanceled(cancellationToken))) await Write.Task;
        if (Fails is not null) throw Fails;
        return [.. changes.Select(change => Refusal is { Refusal.Target: PoolMember refused } && refused.Name == change.Member.Name ? Refusal : MemberOutcome.Of(Set(change.Member, change.Change.State!.Value)))];
    }
}
