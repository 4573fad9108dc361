using AppStatus.Core.Balancers;
using AppStatus.Core.Deployments.Execution;

namespace AppStatus.Core.Tests.Deployments.Execution;

public sealed class SharedReadTests
{
    private readonly List<TaskCompletionSource<IReadOnlyList<PoolMember>>> _reads = [];
    private readonly SharedRead _shared;

    public SharedReadTests() => _shared = new SharedRead(_ =>
    {
        _reads.Add(new TaskCompletionSource<IReadOnlyList<PoolMember>>());
        return _reads[^1].Task;
    });

    [Fact]
    public async Task Nobody_gets_a_read_that_began_before_the_call()
    {
        Task<IReadOnlyList<PoolMember>> early = Join(), late = Join(), later = Join();

        _reads.Count.ShouldBe(1);
        _reads[0].SetResult(Given.Pool(1));
        (await early).Count.ShouldBe(1);
        late.IsCompleted.ShouldBeFalse();
        _reads.Count.ShouldBe(2);
        _reads[1].SetResult(Given.Pool(2));
        (await late).ShouldBeSameAs(await later);
    }

    [Fact]
    public async Task Many_share_two_reads()
    {
        Task<IReadOnlyList<PoolMember>>[] all = [.. Enumerable.Range(0, 100).Select(_ => Join())];
        _reads[0].SetResult(Given.Pool(1));
        _reads[1].SetResult(Given.Pool(2));

        await Task.WhenAll(all);
        _reads.Count.ShouldBe(2);
        Join().IsCompleted.ShouldBeFalse();
        _reads.Count.ShouldBe(3);
    }

    [Fact]
    public async Task Who_leaves_early_leaves_the_read_to_the_others()
    {
        using var leaving = new CancellationTokenSource();
        Task<IReadOnlyList<PoolMember>> first = _shared.JoinAsync(leaving.Token), second = _shared.JoinAsync(leaving.Token), third = Join();

        leaving.Cancel();
        await Should.ThrowAsync<OperationCanceledException>(first);
        await Should.ThrowAsync<OperationCanceledException>(second);
        _reads[0].SetResult(Given.Pool(1));
        _reads[1].SetResult(Given.Pool(2));
        (await third).Count.ShouldBe(2);
    }

    [Fact]
    public async Task A_failed_read_fails_those_who_waited_for_it_and_nobody_else()
    {
        Task<IReadOnlyList<PoolMember>> first = Join(), second = Join();
        _reads[0].SetException(new IOException("gone"));
        _reads[1].SetResult(Given.Pool(1));

        await Should.ThrowAsync<IOException>(first);
        (await second).Count.ShouldBe(1);
    }

    [Fact]
    public async Task Who_has_left_already_starts_no_read()
    {
        await Should.ThrowAsync<OperationCanceledException>(_shared.JoinAsync(new CancellationToken(canceled: true)));
        _reads.ShouldBeEmpty();
    }

    private Task<IReadOnlyList<PoolMember>> Join() => _shared.JoinAsync(CancellationToken.None);
}
