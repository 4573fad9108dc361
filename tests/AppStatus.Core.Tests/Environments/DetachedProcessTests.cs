using AppStatus.Core.Environments.Processes;
using AppStatus.Core.Tests.Clocks;

namespace AppStatus.Core.Tests.Environments;

public sealed class DetachedProcessTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private readonly ManualTimeProvider _clock = new();

    [Fact]
    public async Task Who_does_not_end_even_by_force_is_given_up_in_bounded_time()
    {
        bool ended = await AwaitAsync(() => true, () => { });

        ended.ShouldBeFalse();
        _clock.Elapsed.ShouldBeInRange(Patience, Patience + TimeSpan.FromSeconds(15));
    }

    [Fact]
    public async Task Who_ends_by_force_alone_has_its_patience_first()
    {
        TimeSpan? killed = null;

        (await AwaitAsync(() => killed is null, () => killed = _clock.Elapsed)).ShouldBeTrue();

        killed.ShouldNotBeNull().ShouldBeGreaterThan(Patience);
    }

    private Task<bool> AwaitAsync(Func<bool> runs, Action kill) =>
        _clock.RunAsync(DetachedProcess.HasEndedAsync(runs, kill, Patience, _clock, CancellationToken.None), TimeSpan.FromMinutes(5));
}
