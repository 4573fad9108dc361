using System.Net;

namespace AppStatus.Integration.Tests.Lab.BigIp;

public sealed class BigIpClusterTests
{
    private static readonly string Member = BigIpClient.MemberPath("web", "10.1.1.1:80");

    [Fact]
    public async Task A_change_in_a_group_waits_to_be_synchronised_and_saved()
    {
        await using var device = await Devices.StartAsync(Devices.Plain with { DeviceGroup = "DG" });
        using var client = BigIpClient.Admin(device);
        (await SyncStatusAsync(client)).ShouldBe("In Sync");

        await client.PatchAsync(Member, """{"session":"user-disabled"}""");
        (await SyncStatusAsync(client)).ShouldBe("Changes Pending");
        device.State.HasUnsavedChanges.ShouldBeTrue();

        var wrongGroup = await client.PostAsync("/mgmt/tm/cm", """{"command":"run","utilCmdArgs":"config-sync to-group XX"}""");
        wrongGroup.Status.ShouldBe(HttpStatusCode.NotFound);
        await client.PostAsync("/mgmt/tm/cm", """{"command":"run","utilCmdArgs":"config-sync to-group DG"}""");
        (await SyncStatusAsync(client)).ShouldBe("In Sync");

        await client.PostAsync("/mgmt/tm/sys/config", """{"command":"save"}""");
        device.State.HasUnsavedChanges.ShouldBeFalse();
    }

    [Fact]
    public async Task A_device_on_its_own_is_standalone()
    {
        await using var device = await Devices.StartAsync(Devices.Plain);
        using var client = BigIpClient.Admin(device);
        await client.PatchAsync(Member, """{"session":"user-disabled"}""");

        (await SyncStatusAsync(client)).ShouldBe("Standalone");
    }

    [Fact]
    public async Task A_failover_shows_in_the_status()
    {
        await using var device = await Devices.StartAsync(Devices.Plain);
        using var client = BigIpClient.Admin(device);

        (await StatusAsync(client, "failover-status")).ShouldBe("ACTIVE");
        device.SetStandby(true);
        (await StatusAsync(client, "failover-status")).ShouldBe("STANDBY");
    }

    [Fact]
    public async Task The_version_is_nested_as_statistics_are()
    {
        await using var device = await Devices.StartAsync(Devices.Plain);
        using var client = BigIpClient.Admin(device);

        var version = (await client.GetAsync("/mgmt/tm/sys/version")).Json["entries"]!["https://localhost/mgmt/tm/sys/version/0"]!["nestedStats"]!["entries"]!;

        version["Version"]!["description"]!.GetValue<string>().ShouldBe("17.1.1");
    }

    private static Task<string> SyncStatusAsync(BigIpClient client) => StatusAsync(client, "sync-status");

    private static async Task<string> StatusAsync(BigIpClient client, string name) =>
        (await client.GetAsync($"/mgmt/tm/cm/{name}")).Json["entries"]!.AsObject().Single().Value!["nestedStats"]!["entries"]!["status"]!["description"]!.GetValue<string>();
}
