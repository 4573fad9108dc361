using System.Net;
using System.Net.Http.Headers;
using System.Text;
using AppStatus.Core.Balancers;
using AppStatus.Core.Balancers.Changes;
using AppStatus.Core.Balancers.F5;
using AppStatus.Core.Errors;
using AppStatus.Integration.Tests.Lab.BigIp;
using AppStatus.Integration.Tests.Support;
using AppStatus.Lab.BigIp;
using AppStatus.Lab.BigIp.Configuration;
using AppStatus.Lab.BigIp.Control;
using Fault = AppStatus.Lab.BigIp.Control.Fault;

namespace AppStatus.Integration.Tests.Balancers.F5;

/// <summary>Several members of a pool, changed in one transaction.</summary>
public sealed class F5MemberBatchTests
{
    private const string CommitPath = "/mgmt/tm/transaction/";
    private const string MemberPath = "/mgmt/tm/ltm/pool/~Common~web/members/";
    private static readonly char[] Digits = [.. "0123456789"];
    private static readonly MemberChange Drain = new(TrafficState.Draining, Weight: null);

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Two_hundred_members_are_drained_by_one_look_and_one_transaction()
    {
        await using BigIpSimulator device = await StartAsync(200);
        F5Balancer balancer = (await F5Range.ConnectAsync(device.ControlUri)).Balancer;
        IReadOnlyList<PoolMember> members = await balancer.GetMembersAsync("web", Cancelled);
        var changer = new MemberChanger(allowEmptyPool: false);
        long before = device.RequestLog.Count;

        PendingChange[] changes = [.. members.Select(member => changer.Take(balancer, member, Drain))];
        Task<PoolMember>[] work = [.. changes.Select(change => changer.ApplyAsync(change, Cancelled))];

        (await Task.WhenAll(work.Take(199))).Select(member => (member.Name, member.State)).ShouldBe(members.Take(199).Select(member => (member.Name, TrafficState.Draining)));
        (await Should.ThrowAsync<AppStatusException>(() => work[199])).Id.ShouldBe(ErrorId.LastServingMember);
        // The look (2), the unit, the pool's configuration, the transaction with its 199 changes and its commit, the read-back (2).
        (device.RequestLog.Count - before).ShouldBe(2 + 1 + 1 + 1 + 199 + 1 + 2);
        (await ReadAsync(balancer)).Where(member => member.Serving).ShouldHaveSingleItem().Name.ShouldBe(members[199].Name);
    }

    [Fact]
    public async Task State_and_ratio_go_in_one_change_and_what_cannot_be_written_keeps_the_others_from_nothing()
    {
        await using BigIpSimulator device = await StartAsync(3, new MemberConfiguration { Address = "127.0.0.9:1000", Fqdn = "web.lab.example" });
        F5Balancer balancer = (await F5Range.ConnectAsync(device.ControlUri)).Balancer;
        IReadOnlyList<PoolMember> members = await balancer.GetMembersAsync("web", Cancelled);
        PoolMember made = members.Single(member => member.Address == "127.0.0.9"), gone = members[1] with { Name = "127.0.0.1:9" };

        IReadOnlyList<MemberOutcome> outcomes = await balancer.ChangeAsync("web",
        [
            new(made, Drain), new(members[0], new MemberChange(TrafficState.Offline, 7)), new(gone, Drain), new(members[1], new MemberChange(State: null, 101)), new(members[2], Drain),
        ], Cancelled);

        outcomes.Select(outcome => outcome.Refusal?.Id).ShouldBe([ErrorId.NotSupported, null, ErrorId.MemberNotFound, ErrorId.InvalidArgument, null]);
        outcomes[1].Written!.ShouldSatisfyAllConditions(now => now.State.ShouldBe(TrafficState.Offline), now => now.Weight.ShouldBe(7));
        string[] writes = [.. device.RequestLog.Writes.OrderBy(entry => entry.Number).Select(entry => $"{entry.Method} {entry.Path.TrimEnd(Digits)} {entry.Body}")];
        writes.ShouldBe(
        [
            "POST /mgmt/tm/transaction {}",
            $"PATCH {MemberPath}~Common~127.0.0.1: {{\"state\":\"user-down\",\"session\":\"user-disabled\",\"ratio\":7}}",
            $"PATCH {MemberPath}~Common~127.0.0.1: {{\"state\":\"user-up\",\"session\":\"user-disabled\"}}",
            $"PATCH {CommitPath} {{\"state\":\"VALIDATING\"}}",
        ]);
    }

    [Theory]
    [InlineData("PATCH", CommitPath)]
    [InlineData("PATCH", MemberPath)]
    [InlineData("POST", "/mgmt/tm/transaction")]
    public async Task A_transaction_that_fails_changes_nothing_and_each_member_says_so(string method, string path)
    {
        await using BigIpSimulator device = await StartAsync(3);
        F5Balancer balancer = (await F5Range.ConnectAsync(device.ControlUri)).Balancer;
        IReadOnlyList<PoolMember> members = await balancer.GetMembersAsync("web", Cancelled);
        device.Faults.Add(new Fault(FaultKind.Html) { Method = method, PathPrefix = path });

        IReadOnlyList<MemberOutcome> outcomes = await balancer.ChangeAsync("web", [.. members.Select(member => new WantedChange(member, Drain))], Cancelled);

        for (int i = 0; i < members.Count; i++)
        {
            AppStatusException refusal = outcomes[i].Refusal.ShouldNotBeNull();
            refusal.Id.ShouldBe(ErrorId.HttpError);
            refusal.Target.ShouldBe(members[i]);
            refusal.Message.ShouldStartWith($"{members[i]} reads unchanged after a transaction that failed: ");
            refusal.Message.ShouldContain("It is Enabled, ratio 10");
        }

        (await ReadAsync(balancer)).ShouldAllBe(member => member.State == TrafficState.Enabled);
    }

    [Fact]
    public async Task A_transaction_that_is_refused_says_that_nothing_of_it_was_changed()
    {
        await using BigIpSimulator device = await StartAsync(2);
        F5Balancer balancer = (await F5Range.ConnectAsync(device.ControlUri)).Balancer;
        IReadOnlyList<PoolMember> members = await balancer.GetMembersAsync("web", Cancelled);
        // The one that is drained already reads as it is wanted, but not because of this.
        await balancer.SetStateAsync(members[1], TrafficState.Draining, Cancelled);
        device.Faults.Add(new Fault(FaultKind.Delay) { Method = "PATCH", PathPrefix = CommitPath, DelayMs = 1000 });
        Task<IReadOnlyList<MemberOutcome>> changing = balancer.ChangeAsync("web", [.. members.Select(member => new WantedChange(member, Drain))], Cancelled);
        await Eventually.GetAsync(() => Task.FromResult(device.Faults.Pending.Count), pending => pending == 0, "the commit");
        await DeleteOpenTransactionAsync(device);

        IReadOnlyList<MemberOutcome> outcomes = await changing;

        outcomes.ShouldAllBe(outcome => outcome.Refusal!.Id == ErrorId.BalancerRefused);
        outcomes.Select(outcome => outcome.Refusal!.Message.Split(':')[0] + ":" + outcome.Refusal.Message.Split(':')[1])
            .ShouldBe(members.Select(member => $"{member} was not changed, as nothing of its transaction was"));
        (await ReadAsync(balancer))[0].State.ShouldBe(TrafficState.Enabled);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_lost_answer_to_the_commit_is_settled_by_what_is_read(bool secondTryFails)
    {
        await using BigIpSimulator device = await StartAsync(3);
        F5Balancer balancer = (await F5Range.ConnectAsync(device.ControlUri)).Balancer;
        IReadOnlyList<PoolMember> members = await balancer.GetMembersAsync("web", Cancelled);
        device.Faults.Add(new Fault(FaultKind.LostAnswer) { Method = "PATCH", PathPrefix = CommitPath });
        if (secondTryFails) device.Faults.Add(new Fault(FaultKind.Html) { Method = "PATCH", PathPrefix = CommitPath });

        IReadOnlyList<MemberOutcome> outcomes = await balancer.ChangeAsync("web", [.. members.Select(member => new WantedChange(member, Drain))], Cancelled);

        outcomes.ShouldAllBe(outcome => outcome.Written!.State == TrafficState.Draining);
        device.Faults.Pending.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_commit_that_is_answered_and_not_there_is_not_confirmed()
    {
        await using BigIpSimulator device = await StartAsync(2);
        F5Balancer balancer = (await F5Range.ConnectAsync(device.ControlUri)).Balancer;
        IReadOnlyList<PoolMember> members = await balancer.GetMembersAsync("web", Cancelled);
        device.Faults.Add(new Fault(FaultKind.NoEffect) { Method = "PATCH", PathPrefix = CommitPath });

        IReadOnlyList<MemberOutcome> outcomes = await balancer.ChangeAsync("web", [.. members.Select(member => new WantedChange(member, Drain))], Cancelled);

        outcomes.ShouldAllBe(outcome => outcome.Refusal!.Id == ErrorId.WriteNotConfirmed);
    }

    [Fact]
    public async Task A_standby_unit_is_not_written_to()
    {
        await using BigIpSimulator device = await StartAsync(2);
        F5Balancer balancer = (await F5Range.ConnectAsync(device.ControlUri)).Balancer;
        IReadOnlyList<PoolMember> members = await balancer.GetMembersAsync("web", Cancelled);
        device.SetStandby(true);

        (await Should.ThrowAsync<AppStatusException>(() => balancer.ChangeAsync("web", [.. members.Select(member => new WantedChange(member, Drain))], Cancelled))).Id.ShouldBe(ErrorId.StandbyUnit);
        device.RequestLog.Writes.ShouldBeEmpty();
    }

    [Fact]
    public async Task Stopped_before_the_commit_it_commits_nothing()
    {
        await using BigIpSimulator device = await StartAsync(3);
        F5Balancer balancer = (await F5Range.ConnectAsync(device.ControlUri)).Balancer;
        IReadOnlyList<PoolMember> members = await balancer.GetMembersAsync("web", Cancelled);
        device.Faults.Add(new Fault(FaultKind.Delay) { Method = "PATCH", PathPrefix = MemberPath, DelayMs = 60_000 });
        using var stop = new CancellationTokenSource();
        Task<IReadOnlyList<MemberOutcome>> changing = balancer.ChangeAsync("web", [.. members.Select(member => new WantedChange(member, Drain))], stop.Token);
        await Eventually.GetAsync(() => Task.FromResult(device.Faults.Pending.Count), pending => pending == 0, "the first change of the transaction");

        await stop.CancelAsync();

        await Should.ThrowAsync<OperationCanceledException>(() => changing);
        device.RequestLog.Writes.ShouldNotContain(entry => entry.Path.StartsWith(CommitPath, StringComparison.Ordinal));
        (await ReadAsync(balancer)).ShouldAllBe(member => member.State == TrafficState.Enabled);
    }

    [Fact]
    public async Task Stopped_while_it_commits_it_still_learns_what_became_of_it()
    {
        await using BigIpSimulator device = await StartAsync(3);
        F5Balancer balancer = (await F5Range.ConnectAsync(device.ControlUri)).Balancer;
        IReadOnlyList<PoolMember> members = await balancer.GetMembersAsync("web", Cancelled);
        device.Faults.Add(new Fault(FaultKind.Delay) { Method = "PATCH", PathPrefix = CommitPath, DelayMs = 1000 });
        using var stop = new CancellationTokenSource();
        Task<IReadOnlyList<MemberOutcome>> changing = balancer.ChangeAsync("web", [.. members.Select(member => new WantedChange(member, Drain))], stop.Token);
        await Eventually.GetAsync(() => Task.FromResult(device.Faults.Pending.Count), pending => pending == 0, "the commit");

        await stop.CancelAsync();

        (await changing).ShouldAllBe(outcome => outcome.Written!.State == TrafficState.Draining);
    }

    private static async Task DeleteOpenTransactionAsync(BigIpSimulator device)
    {
        using BigIpClient client = BigIpClient.Anonymous(device);
        client.Authorization = new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{F5Range.User}:{F5Range.Password}")));
        (await client.DeleteAsync($"{CommitPath}1500000001")).Status.ShouldBe(HttpStatusCode.OK);
    }

    private static Task<IReadOnlyList<PoolMember>> ReadAsync(F5Balancer balancer) => balancer.GetMembersAsync("web", Cancelled);

    private static Task<BigIpSimulator> StartAsync(int members, params MemberConfiguration[] more) => BigIpSimulator.StartAsync(
        new BigIpConfiguration
        {
            User = F5Range.User,
            Password = F5Range.Password,
            Pools = [new PoolConfiguration
            {
                Name = "web",
                LoadBalancingMode = "ratio-member",
                Members = [.. Enumerable.Range(1000, members).Select(port => new MemberConfiguration { Address = $"127.0.0.1:{port}", Ratio = 10 }), .. more],
            }],
        }, Cancelled);
}
