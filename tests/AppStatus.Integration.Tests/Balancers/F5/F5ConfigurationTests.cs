using AppStatus.Core.Balancers;
using AppStatus.Core.Balancers.F5;
using AppStatus.Core.Errors;
using AppStatus.Lab.BigIp;
using AppStatus.Lab.BigIp.Configuration;
using AppStatus.Lab.BigIp.Control;
using Fault = AppStatus.Lab.BigIp.Control.Fault;

namespace AppStatus.Integration.Tests.Balancers.F5;

/// <summary>Saving, and bringing a change to the other units.</summary>
public sealed class F5ConfigurationTests
{
    private const string ClusterPath = "/mgmt/tm/cm";

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Changes_are_pending_until_the_group_is_synchronised()
    {
        await using BigIpSimulator device = await StartAsync("dg_web");
        F5Session session = await F5Range.ConnectAsync(device.ControlUri);
        await DrainAsync(session);
        device.State.HasUnsyncedChanges.ShouldBeTrue();

        F5SyncStatus status = await session.Configuration.SyncAsync(group: null, TimeSpan.FromSeconds(5), Cancelled);

        device.State.HasUnsyncedChanges.ShouldBeFalse();
        status.Status.ShouldBe("In Sync");
        status.DeviceGroup.ShouldBe("/Common/dg_web");
    }

    [Fact]
    public async Task A_sync_that_comes_to_nothing_is_not_confirmed()
    {
        await using BigIpSimulator device = await StartAsync("dg_web");
        F5Session session = await F5Range.ConnectAsync(device.ControlUri);
        await DrainAsync(session);
        device.Faults.Add(new Fault(FaultKind.NoEffect) { Method = "POST", PathPrefix = ClusterPath });

        AppStatusException error = await Should.ThrowAsync<AppStatusException>(() => session.Configuration.SyncAsync(group: null, TimeSpan.FromMilliseconds(1), Cancelled));

        error.Id.ShouldBe(ErrorId.WriteNotConfirmed);
        error.Message.ShouldContain("Changes Pending");
    }

    [Fact]
    public async Task The_trust_between_devices_is_no_group_to_synchronise()
    {
        await using BigIpSimulator device = await StartAsync("dg_web");
        F5Session session = await F5Range.ConnectAsync(device.ControlUri);
        AppStatusException error = await Should.ThrowAsync<AppStatusException>(() => session.Configuration.SyncAsync("device_trust_group", TimeSpan.FromSeconds(5), Cancelled));
        error.Id.ShouldBe(ErrorId.InvalidArgument);
        error.Message.ShouldContain("/Common/dg_web");
        device.RequestLog.Writes.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_unit_on_its_own_has_nothing_to_synchronise()
    {
        await using BigIpSimulator device = await StartAsync(group: null);
        F5Session session = await F5Range.ConnectAsync(device.ControlUri);
        (await Should.ThrowAsync<AppStatusException>(() => session.Balancer.SyncAsync(Cancelled))).Id.ShouldBe(ErrorId.NotSupported);
        (await Should.ThrowAsync<AppStatusException>(() => session.Balancer.CheckSyncAsync(Cancelled))).Id.ShouldBe(ErrorId.NotSupported);
    }

    [Fact]
    public async Task A_standby_unit_does_not_overwrite_the_active_one()
    {
        await using BigIpSimulator device = await StartAsync("dg_web");
        F5Session session = await F5Range.ConnectAsync(device.ControlUri);
        device.SetStandby(true);
        (await Should.ThrowAsync<AppStatusException>(() => session.Balancer.SyncAsync(Cancelled))).Id.ShouldBe(ErrorId.StandbyUnit);
        device.RequestLog.Writes.ShouldBeEmpty();
    }

    [Theory]
    [InlineData(nameof(FaultKind.Busy))]
    [InlineData(nameof(FaultKind.LostAnswer))]
    public async Task Saving_outlasts_a_busy_unit_and_a_lost_answer(string kind)
    {
        await using BigIpSimulator device = await StartAsync(group: null);
        F5Session session = await F5Range.ConnectAsync(device.ControlUri);
        await DrainAsync(session);
        device.State.HasUnsavedChanges.ShouldBeTrue();
        device.Faults.Add(new Fault(Enum.Parse<FaultKind>(kind)) { Method = "POST", PathPrefix = "/mgmt/tm/sys/config" });

        await session.Balancer.SaveAsync(Cancelled);

        device.Faults.Pending.ShouldBeEmpty();
        device.State.HasUnsavedChanges.ShouldBeFalse();
    }

    private static async Task DrainAsync(F5Session session) =>
        await session.Balancer.SetStateAsync((await session.Balancer.GetMembersAsync("web", Cancelled))[0], TrafficState.Draining, Cancelled);

    private static Task<BigIpSimulator> StartAsync(string? group) => BigIpSimulator.StartAsync(new BigIpConfiguration
    {
        User = F5Range.User, Password = F5Range.Password, DeviceGroup = group,
        Pools = [new PoolConfiguration { Name = "web", Members = [new MemberConfiguration { Address = "127.0.0.1:1000" }, new MemberConfiguration { Address = "127.0.0.1:1001" }] }],
    }, Cancelled);
}
