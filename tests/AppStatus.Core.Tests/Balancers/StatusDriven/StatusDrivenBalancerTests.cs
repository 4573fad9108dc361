using AppStatus.Core.Balancers;
using AppStatus.Core.Balancers.StatusDriven;
using AppStatus.Core.Status;
using AppStatus.Core.Tests.Deployments;
using AppStatus.Core.Tests.Deployments.Execution;

namespace AppStatus.Core.Tests.Balancers.StatusDriven;

public sealed class StatusDrivenBalancerTests
{
    private readonly HeldClient _client = new();
    private readonly StatusDrivenBalancer _balancer;

    public StatusDrivenBalancerTests()
    {
        PoolMember member = Given.Member(1);
        var observed = new ScriptedBalancer { Looks = [[member]] };
        _balancer = new StatusDrivenBalancer(_client, [new StatusTarget("web01", new Uri("http://10.0.0.1:8080/appstatus")) { Member = member }], observed);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_read_that_a_drain_has_overtaken_is_not_remembered(bool answersBeforeTheDrainIsDone)
    {
        TaskCompletionSource<bool> overtaken = _client.Hold();
        Task<IReadOnlyList<PoolMember>> read = _balancer.GetMembersAsync("web", CancellationToken.None);
        if (answersBeforeTheDrainIsDone) _client.BeforeSet = () => overtaken.SetResult(true);
        (await _balancer.SetStateAsync(Given.Member(1), TrafficState.Draining, CancellationToken.None)).State.ShouldBe(TrafficState.Draining);
        overtaken.TrySetResult(true);
        await read;

        (await _balancer.GetMembersAsync("web", CancellationToken.None))[0].State.ShouldBe(TrafficState.Draining);
    }

    [Fact]
    public async Task What_is_known_to_be_ready_is_not_asked_again()
    {
        for (int look = 0; look < 3; look++) (await _balancer.GetMembersAsync("web", CancellationToken.None))[0].State.ShouldBe(TrafficState.Enabled);
        _client.Asked.ShouldBe(1);
    }

    /// <summary>An instance whose answer can be held back on its way.</summary>
    private sealed class HeldClient : IStatusClient
    {
        private AppStatusValue _status = AppStatusValue.Ready;
        private TaskCompletionSource<bool>? _held;

        public int Asked { get; private set; }

        public Action? BeforeSet { get; set; }

        public TaskCompletionSource<bool> Hold() => _held = new TaskCompletionSource<bool>();

        public async Task<InstanceStatus> GetAsync(StatusTarget target, CancellationToken cancellationToken)
        {
            Asked++;
            InstanceStatus answer = Answer(target);
            TaskCompletionSource<bool>? held = _held;
            _held = null;
            if (held is not null) await held.Task;
            return answer;
        }

        public Task<InstanceStatus> SetAsync(StatusTarget target, AppStatusValue status, CancellationToken cancellationToken)
        {
            BeforeSet?.Invoke();
            _status = status;
            return Task.FromResult(Answer(target));
        }

        private InstanceStatus Answer(StatusTarget target) => new() { Name = target.Name, Uri = target.Uri, Status = _status, RawStatus = _status.ToWire(), StatusCode = 200 };
    }
}
