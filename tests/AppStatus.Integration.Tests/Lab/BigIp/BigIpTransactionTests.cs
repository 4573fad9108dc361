using System.Net;

namespace AppStatus.Integration.Tests.Lab.BigIp;

public sealed class BigIpTransactionTests
{
    private const string Transactions = "/mgmt/tm/transaction";
    private const string Commit = """{"state":"VALIDATING"}""";

    private static readonly string Member = BigIpClient.MemberPath("web", "10.1.1.1:80");

    [Fact]
    public async Task Calls_wait_for_the_commit_and_then_happen_together()
    {
        await using var device = await Devices.StartAsync(Devices.Plain);
        using var client = BigIpClient.Admin(device);
        var id = await OpenAsync(client);

        client.Transaction = id;
        await client.PatchAsync(Member, """{"ratio":7}""");
        await client.PatchAsync("/mgmt/tm/ltm/pool/~Common~web", """{"loadBalancingMode":"ratio-member"}""");
        client.Transaction = null;
        (await client.GetAsync(Member)).Json["ratio"]!.GetValue<int>().ShouldBe(3);

        var committed = await client.PatchAsync($"{Transactions}/{id}", Commit);
        committed.Json["state"]!.GetValue<string>().ShouldBe("COMPLETED");
        (await client.GetAsync(Member)).Json["ratio"]!.GetValue<int>().ShouldBe(7);
    }

    [Fact]
    public async Task A_failed_transaction_says_so_and_changes_nothing()
    {
        await using var device = await Devices.StartAsync(Devices.Plain);
        using var client = BigIpClient.Admin(device);
        var before = device.State;
        var id = await OpenAsync(client);
        client.Transaction = id;
        await client.PatchAsync(Member, """{"ratio":7}""");
        await client.PatchAsync(BigIpClient.MemberPath("web", "1.1.1.1:80"), """{"ratio":7}""");
        client.Transaction = null;

        var committed = await client.PatchAsync($"{Transactions}/{id}", Commit);

        committed.Status.ShouldBe(HttpStatusCode.NotFound);
        committed.Message.ShouldStartWith("transaction failed:01020036:3:");
        device.State.ShouldBeSameAs(before);
    }

    [Fact]
    public async Task An_empty_commit_is_400()
    {
        await using var device = await Devices.StartAsync(Devices.Plain);
        using var client = BigIpClient.Admin(device);

        (await client.PatchAsync($"{Transactions}/{await OpenAsync(client)}", Commit)).Status.ShouldBe(HttpStatusCode.BadRequest);
    }

    [Fact]
    public async Task A_transaction_that_expired_is_gone()
    {
        var time = new ShiftedTime();
        await using var device = await Devices.StartAsync(Devices.Plain, time);
        using var client = BigIpClient.Admin(device);
        var id = await OpenAsync(client);

        time.Advance(TimeSpan.FromSeconds(121));

        (await client.PatchAsync($"{Transactions}/{id}", Commit)).Status.ShouldBe(HttpStatusCode.NotFound);
    }

    private static async Task<string> OpenAsync(BigIpClient client) =>
        (await client.PostAsync(Transactions, "{}")).Json["transId"]!.ToString();
}
