using AppStatus.Core.Balancers;
using AppStatus.Core.Balancers.Elb;
using AppStatus.Core.Errors;
using AppStatus.Integration.Tests.Support;
using AppStatus.Lab.Elb.Control;

namespace AppStatus.Integration.Tests.Balancers.Elb;

/// <summary>What is special about AWS.</summary>
public sealed class ElbBalancerTests
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_drained_member_stays_a_member_and_is_idle_when_aws_says_so(bool classic)
    {
        await using ElbRange range = await StartAsync(2, classic, delay: 3);
        using var users = new PoolUsers(range.Entry);
        PoolMember member = (await ReadAsync(range))[0];
        TestInstance instance = range.Instances[member.Name];
        Task<string>[] held = [users.GetAsync("/hold", Cancelled), users.GetAsync("/hold", Cancelled)];
        await Eventually.GetAsync(() => Task.FromResult(instance.Held), count => count > 0, "a request in flight");

        await range.Balancer.SetStateAsync(member, TrafficState.Draining, Cancelled);
        PoolMember draining = (await ReadAsync(range))[0];
        draining.Connections.ShouldBeNull();
        draining.HealthReason.ShouldContain("deregistration", Case.Insensitive);
        foreach (TestInstance one in range.Instances.Values) one.Release();
        await Task.WhenAll(held);

        PoolMember drained = await Eventually.GetAsync(async () => (await ReadAsync(range))[0], read => read.Connections == 0, "the end of the drain");
        (drained.Name, drained.State, drained.Serving, drained.HealthReason).ShouldBe((member.Name, TrafficState.Draining, false, "not registered"));
        range.Simulator.Model.Pools.Single().Targets.Count.ShouldBe(1);
    }

    [Fact]
    public async Task A_target_group_shows_draining_for_its_whole_delay_with_nothing_in_flight()
    {
        var time = new ShiftedTime();
        await using ElbRange range = await StartAsync(2, classic: false, delay: 150, time);
        PoolMember member = (await ReadAsync(range))[0];

        await range.Balancer.SetStateAsync(member, TrafficState.Draining, Cancelled);
        (await ReadAsync(range))[0].Connections.ShouldBeNull();
        time.Advance(TimeSpan.FromSeconds(60));
        // Its end is looked for all the time.
        PoolMember other = (await ReadAsync(range))[1];
        await range.Balancer.SetStateAsync(other, TrafficState.Draining, Cancelled);
        time.Advance(TimeSpan.FromSeconds(90));

        PoolMember[] drained = await Eventually.GetAsync(async () => (await ReadAsync(range)).ToArray(), read => read[0].Connections == 0, "the end of the drain");
        drained[1].Connections.ShouldBeNull("it began later");
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Another_process_puts_a_drained_member_back_by_its_name(bool classic)
    {
        await using ElbRange range = await StartAsync(2, classic, delay: 0);
        PoolMember recorded = (await ReadAsync(range))[0];
        await range.Balancer.SetStateAsync(recorded, TrafficState.Draining, Cancelled);
        await Eventually.GetAsync(() => ReadAsync(range), members => members[0].Connections == 0, "the end of the drain");

        ElbBalancer other = (await range.ConnectAgainAsync()).Balancer;
        (await other.GetMembersAsync("web", Cancelled)).Count.ShouldBe(1);
        other.Learn([recorded]);
        PoolMember known = (await other.GetMembersAsync("web", Cancelled)).Single(member => member.Name == recorded.Name);
        (known.State, known.Connections, known.Address).ShouldBe((TrafficState.Draining, 0, recorded.Address));

        (await other.SetStateAsync(known, TrafficState.Enabled, Cancelled)).State.ShouldBe(TrafficState.Enabled);
        await Eventually.GetAsync(() => other.GetMembersAsync("web", Cancelled), members => members.Count == 2 && members.All(member => member.Serving), "both serving");
    }

    [Fact]
    public async Task A_classic_drain_that_goes_on_is_seen_by_another_process()
    {
        await using ElbRange range = await StartAsync(1, classic: true);
        using var users = new PoolUsers(range.Entry);
        PoolMember member = (await ReadAsync(range))[0];
        Task<string> held = users.GetAsync("/hold", Cancelled);
        await Eventually.GetAsync(() => Task.FromResult(range.Instances[member.Name].Held), count => count > 0, "a request in flight");
        await range.Balancer.SetStateAsync(member, TrafficState.Draining, Cancelled);

        ElbBalancer other = (await range.ConnectAgainAsync()).Balancer;
        other.Learn([member]);
        (await other.GetMembersAsync("web", Cancelled)).Single().Connections.ShouldBeNull();
        range.Instances[member.Name].Release();
        await held;
        await Eventually.GetAsync(() => other.GetMembersAsync("web", Cancelled), members => members[0].Connections == 0, "the end of the drain");
    }

    [Theory]
    [InlineData(TrafficState.Draining)]
    [InlineData(TrafficState.Enabled)]
    public async Task A_wrong_port_is_refused_where_aws_would_take_it_for_nothing(TrafficState state)
    {
        await using ElbRange range = await StartAsync(2);
        PoolMember member = (await ReadAsync(range))[0];
        PoolMember wrong = member with { Name = member.Name.Split(':')[0] + ":81", Port = 81 };
        range.Simulator.Log.Clear();

        AppStatusException error = await Should.ThrowAsync<AppStatusException>(() => range.Balancer.SetStateAsync(wrong, state, Cancelled));

        error.Id.ShouldBe(ErrorId.MemberNotFound);
        error.Message.ShouldContain("Target.NotRegistered");
        error.Message.ShouldContain($"registered at port {member.Port}");
        range.Simulator.Log.Calls.ShouldNotContain(call => call.IsWrite);
    }

    [Fact]
    public async Task A_change_that_aws_answers_and_does_not_make_is_not_believed()
    {
        await using ElbRange range = await StartAsync(2);
        ElbSession impatient = await ElbRange.ConnectAsync(new ElbConnectOptions { TargetGroupArns = [range.Simulator.TargetGroupArn("web")], EndpointUri = range.Simulator.ApiUri, ConfirmLimit = TimeSpan.FromSeconds(0.3) });
        PoolMember member = (await impatient.Balancer.GetMembersAsync("web", Cancelled))[0];
        range.Simulator.Faults.Add(new ElbFault(ElbFaultKind.NoEffect) { Action = "DeregisterTargets" });

        AppStatusException error = await Should.ThrowAsync<AppStatusException>(() => impatient.Balancer.SetStateAsync(member, TrafficState.Draining, Cancelled));

        error.Id.ShouldBe(ErrorId.WriteNotConfirmed);
        error.Message.ShouldContain("it is Enabled, Up");
    }

    [Fact]
    public async Task A_target_group_that_nothing_forwards_to_says_that_it_never_serves()
    {
        await using ElbRange range = await ElbRange.StartAsync(1, running: 1, adjust: given => given with { Listeners = [] });

        range.Session.Warnings.ShouldContain(warning => warning.Contains("Target.NotInUse"));
        PoolMember member = (await ReadAsync(range))[0];
        (member.State, member.Health, member.Serving).ShouldBe((TrafficState.Enabled, MemberHealth.Down, false));
        member.HealthReason.ShouldStartWith("unused: Target.NotInUse");
        member.HealthReason.ShouldContain("never becomes healthy");
    }

    [Theory]
    [InlineData(nameof(ElbFaultKind.Throttling))]
    [InlineData(nameof(ElbFaultKind.HealthUnavailable))]
    [InlineData(nameof(ElbFaultKind.DependencyThrottle))]
    [InlineData(nameof(ElbFaultKind.LostRequest))]
    public async Task A_bad_moment_of_the_api_is_waited_for(string kind)
    {
        await using ElbRange range = await StartAsync(1);
        range.Simulator.Faults.Add(new ElbFault(Enum.Parse<ElbFaultKind>(kind)) { Count = 3, Action = "DescribeTargetHealth" });

        (await ReadAsync(range)).Count.ShouldBe(1);

        range.Simulator.Faults.Pending.ShouldBeEmpty();
    }

    [Fact]
    public async Task Throttling_that_does_not_end_is_told()
    {
        await using ElbRange range = await StartAsync(1);
        ElbSession impatient = await ElbRange.ConnectAsync(new ElbConnectOptions { TargetGroupArns = [range.Simulator.TargetGroupArn("web")], EndpointUri = range.Simulator.ApiUri, Patience = TimeSpan.FromSeconds(0.5) });
        range.Simulator.Faults.Add(new ElbFault(ElbFaultKind.Throttling) { Count = 1000 });

        AppStatusException error = await Should.ThrowAsync<AppStatusException>(() => impatient.Balancer.GetMembersAsync("web", Cancelled));

        error.Id.ShouldBe(ErrorId.HttpError);
        error.Message.ShouldContain("throttling DescribeTargetHealth");
    }

    [Fact]
    public async Task Without_the_right_to_ask_for_addresses_traffic_is_driven_all_the_same()
    {
        await using ElbRange range = await StartAsync(2);
        range.Simulator.Faults.Add(new ElbFault(ElbFaultKind.AccessDenied) { Action = "DescribeInstances", Count = 1000 });
        ElbBalancer blind = (await range.ConnectAgainAsync()).Balancer;

        PoolMember member = (await blind.GetMembersAsync("web", Cancelled))[0];

        member.Address.ShouldBe(member.Name.Split(':')[0]);
        (await blind.SetStateAsync(member, TrafficState.Draining, Cancelled)).State.ShouldBe(TrafficState.Draining);
    }

    [Fact]
    public async Task What_may_not_be_done_is_said_with_the_action()
    {
        await using ElbRange range = await StartAsync(2);
        PoolMember member = (await ReadAsync(range))[0];
        range.Simulator.Faults.Add(new ElbFault(ElbFaultKind.AccessDenied) { Action = "DeregisterTargets" });

        AppStatusException error = await Should.ThrowAsync<AppStatusException>(() => range.Balancer.SetStateAsync(member, TrafficState.Draining, Cancelled));

        error.Id.ShouldBe(ErrorId.AccessDenied);
        error.Message.ShouldContain("elasticloadbalancing:DeregisterTargets");
        (await ReadAsync(range))[0].State.ShouldBe(TrafficState.Enabled);
    }

    [Fact]
    public async Task A_wrong_secret_is_refused_without_being_shown()
    {
        await using ElbRange range = await ElbRange.StartAsync(1, running: 1);
        string folder = Directory.CreateTempSubdirectory("appstatus-").FullName;
        string file = Path.Combine(folder, "credentials");
        await File.WriteAllTextAsync(file, "[other]\naws_access_key_id = AKIDEXAMPLE\naws_secret_access_key = not-the-secret-at-all\n", Cancelled);
        Environment.SetEnvironmentVariable("AWS_SHARED_CREDENTIALS_FILE", file);
        try
        {
            AppStatusException error = await Should.ThrowAsync<AppStatusException>(() => ElbRange.ConnectAsync(
                new ElbConnectOptions { TargetGroupArns = [range.Simulator.TargetGroupArn("web")], EndpointUri = range.Simulator.ApiUri, ProfileName = "other" }));
            error.Id.ShouldBe(ErrorId.AuthenticationFailed);
            error.ToString().ShouldNotContain("not-the-secret-at-all");

            error = await Should.ThrowAsync<AppStatusException>(() => ElbRange.ConnectAsync(
                new ElbConnectOptions { TargetGroupArns = [range.Simulator.TargetGroupArn("web")], EndpointUri = range.Simulator.ApiUri, ProfileName = "missing" }));
            error.Id.ShouldBe(ErrorId.AuthenticationFailed);
            error.Message.ShouldContain("profile 'missing'");
        }
        finally
        {
            Environment.SetEnvironmentVariable("AWS_SHARED_CREDENTIALS_FILE", null);
            Directory.Delete(folder, recursive: true);
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1000)]
    public async Task A_drain_limit_that_a_deployment_would_not_outlast_is_warned_of(int delay)
    {
        await using ElbRange range = await ElbRange.StartAsync(1, running: 1, delay: delay);

        range.Session.Warnings.Any(warning => warning.Contains("-DrainTimeoutSec")).ShouldBe(delay >= 300);
    }

    private static async Task<ElbRange> StartAsync(int members, bool classic = false, double delay = 30, TimeProvider? time = null)
    {
        ElbRange range = await ElbRange.StartAsync(members, running: members, classic, delay, time: time);
        await Eventually.GetAsync(() => ReadAsync(range), read => read.All(member => member.Serving), "all members serving");
        return range;
    }

    private static Task<IReadOnlyList<PoolMember>> ReadAsync(ElbRange range) => range.Balancer.GetMembersAsync("web", Cancelled);
}
