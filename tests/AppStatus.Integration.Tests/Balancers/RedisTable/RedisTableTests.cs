using System.Net;
using AppStatus.Core.Balancers;
using AppStatus.Core.Balancers.RedisTable;
using AppStatus.Core.Errors;
using AppStatus.Core.Redis;
using AppStatus.Integration.Tests.Redis;
using AppStatus.Integration.Tests.Support;

namespace AppStatus.Integration.Tests.Balancers.RedisTable;

public sealed class RedisTableTests
{
    private const string Key = RedisTableRange.Key, Kept = "servers:appstatus";

    private static readonly string A = RedisTableRange.EntryOf("a", 1), B = RedisTableRange.EntryOf("b", 2), C = RedisTableRange.EntryOf("c", 3), D = RedisTableRange.EntryOf("d", 4);

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Whatever_order_they_leave_and_return_in_the_list_is_as_it_was_byte_for_byte()
    {
        string odd = """ { "url" : "http://10.0.0.9:80/x?y=1", "zone":"ä", "name":"a" } """;
        string[] before = [A, "not ours", odd, B, A, """{"name":"b"}""", C, B];
        await using RedisProcess server = await StartAsync(before);
        using RedisTableSession one = await RedisTableRange.ConnectAsync(server.Port);
        using RedisTableSession other = await RedisTableRange.ConnectAsync(server.Port);
        string[] names = [.. (await MembersAsync(one)).Select(member => member.Name)];
        names.ShouldBe(["a@http://127.0.0.1:1/", "a@http://10.0.0.9/x?y=1", "b", "c"]);

        foreach (string name in names) await SetAsync(one, name, name == "b" ? TrafficState.Offline : TrafficState.Draining);
        (await RedisTableRange.ListAsync(server)).ShouldBe(["not ours", """{"name":"b"}"""]);
        (await MembersAsync(other)).Select(member => (member.Name, member.State, member.Weight)).ShouldBe(
            [(names[0], TrafficState.Draining, 2), (names[1], TrafficState.Draining, 1), ("b", TrafficState.Offline, 2), ("c", TrafficState.Draining, 1)]);
        foreach (string name in new[] { names[2], names[0], names[3], names[1] }) await SetAsync(other, name, TrafficState.Enabled);

        (await RedisTableRange.ListAsync(server)).ShouldBe(before);
        (await KeptAsync(server)).IsNull.ShouldBeTrue();
    }

    [Fact]
    public async Task A_table_that_is_emptied_is_known_still_and_comes_back()
    {
        await using RedisProcess server = await StartAsync(A, B);
        using RedisTableSession table = await RedisTableRange.ConnectAsync(server.Port);
        await SetAsync(table, "a", TrafficState.Draining);
        await SetAsync(table, "b", TrafficState.Draining);

        (await RedisTableRange.ListAsync(server)).ShouldBeEmpty();
        using RedisTableSession other = await RedisTableRange.ConnectAsync(server.Port);
        await SetAsync(other, "b", TrafficState.Enabled);
        await SetAsync(other, "a", TrafficState.Enabled);

        (await RedisTableRange.ListAsync(server)).ShouldBe([A, B]);
    }

    [Fact]
    public async Task Who_was_put_back_by_hand_is_enabled_and_not_doubled()
    {
        await using RedisProcess server = await StartAsync(A, B, C);
        using RedisTableSession table = await RedisTableRange.ConnectAsync(server.Port);
        await SetAsync(table, "a", TrafficState.Draining);
        await SetAsync(table, "b", TrafficState.Draining);

        await RedisTableRange.PushAsync(server, Key, [A]);

        (await MemberAsync(table, "a")).State.ShouldBe(TrafficState.Enabled);
        await SetAsync(table, "a", TrafficState.Enabled);
        await SetAsync(table, "b", TrafficState.Enabled);
        (await RedisTableRange.ListAsync(server)).ShouldBe([C, B, A], ignoreOrder: true);
        (await KeptAsync(server)).IsNull.ShouldBeTrue();
    }

    [Fact]
    public async Task Two_hundred_that_are_changed_at_once_over_two_connections_lose_nothing()
    {
        string[] entries = [.. Enumerable.Range(1, 200).Select(number => RedisTableRange.EntryOf($"w{number}", number))];
        await using RedisProcess server = await StartAsync(entries);
        using RedisTableSession one = await RedisTableRange.ConnectAsync(server.Port);
        using RedisTableSession other = await RedisTableRange.ConnectAsync(server.Port);
        IReadOnlyList<PoolMember> members = await MembersAsync(one);

        await ChangeAllAsync(TrafficState.Draining);
        (await RedisTableRange.ListAsync(server)).ShouldBe(entries[100..]);
        await ChangeAllAsync(TrafficState.Enabled);
        (await RedisTableRange.ListAsync(server)).ShouldBe(entries);

        Task ChangeAllAsync(TrafficState state) => Parallel.ForEachAsync(members.Take(100), new ParallelOptions { MaxDegreeOfParallelism = 16, CancellationToken = Stop }, async (member, stop) =>
            (await (member.Port % 2 == 0 ? one : other).Balancer.SetStateAsync(member, state, stop)).State.ShouldBe(state));
    }

    [Fact]
    public async Task Weights_are_turns_that_lie_apart_and_survive_being_taken_out()
    {
        await using RedisProcess server = await StartAsync(A, "not ours", B, C, D);
        using RedisTableSession table = await RedisTableRange.ConnectAsync(server.Port);

        (await table.Balancer.SetWeightAsync(await MemberAsync(table, "a"), 4, Stop)).Share.ShouldNotBeNull().ShouldBe(400.0 / 7, 0.01);
        IReadOnlyList<string> heavy = await RedisTableRange.ListAsync(server);
        heavy[1].ShouldBe("not ours");
        heavy.Where(entry => entry != "not ours").ShouldBe([A, A, B, A, C, A, D]);

        await SetAsync(table, "a", TrafficState.Draining);
        (await table.Balancer.SetWeightAsync(await MemberAsync(table, "a"), 2, Stop)).Weight.ShouldBe(2);
        (await RedisTableRange.ListAsync(server)).ShouldBe([B, "not ours", C, D], ignoreOrder: true);
        await SetAsync(table, "a", TrafficState.Enabled);
        (await RedisTableRange.ListAsync(server)).Count(entry => entry == A).ShouldBe(2);
    }

    [Theory]
    [InlineData("SET", "text")]
    [InlineData("RPUSH", "10.0.0.1:80")]
    [InlineData("SADD", """{"name":"a","url":"http://127.0.0.1:1/"}""")]
    [InlineData("RPUSH", """{"name":"a","url":"http://user:secret@127.0.0.1:1/"}""")]
    [InlineData("RPUSH", """{"name":"a","name":"b","url":"http://127.0.0.1:1/"}""")]
    [InlineData("RPUSH", "[1]")]
    public async Task A_key_with_something_else_is_refused_and_stays_as_it_is(string command, string value)
    {
        await using RedisProcess server = await RedisProcess.StartAsync();
        using RedisClient redis = server.Connect();
        await redis.ExecuteAsync(RedisCommand.Of(command, "other", value), Stop);
        byte[] before = (await redis.ExecuteAsync(RedisCommand.Of("DUMP", "other"), Stop)).Bytes;

        AppStatusException error = await Should.ThrowAsync<AppStatusException>(() => RedisTableRange.ConnectAsync(server.Port, "other"));

        error.Id.ShouldBe(ErrorId.NotARoutingTable);
        error.Message.ShouldContain("'other'");
        error.ToString().ShouldNotContain("secret");
        (await redis.ExecuteAsync(RedisCommand.Of("DUMP", "other"), Stop)).Bytes.ShouldBe(before);
    }

    [Theory]
    [InlineData("SET", "something else")]
    [InlineData("SET", """{"about":"","removed":[{"place":0,"state":"Enabled","entry":"x"}]}""")]
    [InlineData("SADD", "something else")]
    public async Task What_others_keep_beside_the_table_is_refused_and_stays_as_it_is(string command, string value)
    {
        await using RedisProcess server = await StartAsync(A, B);
        using RedisTableSession table = await RedisTableRange.ConnectAsync(server.Port);
        PoolMember member = await MemberAsync(table, "a");
        using RedisClient redis = server.Connect();
        await redis.ExecuteAsync(RedisCommand.Of(command, Kept, value), Stop);

        AppStatusException error = await Should.ThrowAsync<AppStatusException>(() => table.Balancer.SetStateAsync(member, TrafficState.Draining, Stop));

        error.Id.ShouldBe(ErrorId.NotARoutingTable);
        error.Message.ShouldContain(Kept);
        (await RedisTableRange.ListAsync(server)).ShouldBe([A, B]);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_change_that_somebody_overwrites_before_it_is_read_back_is_not_confirmed(bool isGone)
    {
        await using RedisProcess server = await StartAsync(A, B);
        await using var line = new CuttingForwarder(server.Port);
        using RedisTableSession table = await RedisTableRange.ConnectAsync(line.Port);
        PoolMember member = await MemberAsync(table, "a");
        // A program that writes the whole table anew, as it thinks that it should be.
        line.After = (B, () => RewriteAsync(server, isGone ? [B] : [A, B]));

        AppStatusException error = await Should.ThrowAsync<AppStatusException>(() => table.Balancer.SetStateAsync(member, TrafficState.Draining, Stop));

        error.Id.ShouldBe(ErrorId.WriteNotConfirmed);
        error.Message.ShouldContain(isGone ? "it is gone" : "it is Enabled");
        error.Target.ShouldBe(member);
        (await RedisTableRange.ListAsync(server)).ShouldBe(isGone ? [B] : [A, B]);
    }

    [Fact]
    public async Task A_table_that_others_change_without_end_is_not_fought_over()
    {
        await using RedisProcess server = await StartAsync(A, B);
        await using var line = new CuttingForwarder(server.Port);
        using RedisTableSession table = await RedisTableRange.ConnectAsync(line.Port);
        PoolMember member = await MemberAsync(table, "a");
        line.Before = (B, () => RedisTableRange.PushAsync(server, Key, [C]));

        AppStatusException error = await Should.ThrowAsync<AppStatusException>(() => table.Balancer.SetStateAsync(member, TrafficState.Draining, Stop));

        error.Id.ShouldBe(ErrorId.WriteNotConfirmed);
        error.Message.ShouldContain("others changed the table");
        (await RedisTableRange.ListAsync(server)).Take(3).ShouldBe([A, B, C]);
        line.Before = null;
        await SetAsync(table, "a", TrafficState.Draining);
    }

    [Fact]
    public async Task The_rights_in_the_documentation_suffice_and_each_that_is_missing_changes_nothing()
    {
        string documented = File.ReadLines(Path.Combine(Repository.Root, "docs", "balancers", "redis-table.md")).Single(line => line.StartsWith("ACL SETUSER", StringComparison.Ordinal));
        string[] rights = [.. documented.Split(' ').Where(word => word[0] is '+' or '~')];
        rights.Where(right => right[0] == '~').ShouldBe([$"~{Key}", $"~{Kept}"]);
        await using RedisProcess server = await StartAsync(A, B);
        using RedisClient admin = server.Connect();
        await UserAsync("full", rights);
        using RedisTableSession full = await ConnectAsync("full");
        await full.Balancer.CheckWritableAsync(Stop);
        await SetAsync(full, "a", TrafficState.Draining);
        await SetAsync(full, "a", TrafficState.Enabled);

        foreach (string missing in rights.Except(["+ltrim", "+rpush", "+set"], StringComparer.Ordinal))
        {
            await UserAsync("less", rights.Where(right => right != missing));
            // As on a server that has not seen the scripts yet.
            await admin.ExecuteAsync(RedisCommand.Of("SCRIPT", "FLUSH"), Stop);
            AppStatusException refused = await Should.ThrowAsync<AppStatusException>(async () =>
            {
                using RedisTableSession less = await ConnectAsync("less");
                await less.Balancer.CheckWritableAsync(Stop);
            }, missing);
            refused.Id.ShouldBe(ErrorId.AccessDenied, missing);
        }

        // Without these it can be read.
        foreach (string missing in new[] { "+ltrim", "+rpush", "+set" })
        {
            await UserAsync("less", rights.Where(right => right != missing));
            using RedisTableSession less = await ConnectAsync("less");
            PoolMember member = await MemberAsync(less, "a");

            (await Should.ThrowAsync<AppStatusException>(() => less.Balancer.CheckWritableAsync(Stop))).Id.ShouldBe(ErrorId.AccessDenied, missing);
            AppStatusException error = await Should.ThrowAsync<AppStatusException>(() => less.Balancer.SetStateAsync(member, TrafficState.Draining, Stop));
            error.Id.ShouldBe(ErrorId.AccessDenied, missing);
            error.Fault.NextStep.ShouldContain(missing);
            (await MembersAsync(full)).ShouldAllBe(read => read.State == TrafficState.Enabled);
            (await RedisTableRange.ListAsync(server)).ShouldBe([A, B], missing);
        }

        Task UserAsync(string name, IEnumerable<string> may) => admin.ExecuteAsync(
            RedisCommand.Of("ACL", ["SETUSER", name, "reset", "on", ">pw", .. may.Select(right => (RedisArgument)right)]), Stop);

        Task<RedisTableSession> ConnectAsync(string user) => RedisTableRange.ConnectAsync(server.Port, credential: new NetworkCredential(user, "pw"));
    }

    [Fact]
    public async Task The_table_keeps_its_expiry_through_a_change()
    {
        await using RedisProcess server = await StartAsync(A, B);
        using RedisClient redis = server.Connect();
        await redis.ExecuteAsync(RedisCommand.Of("EXPIRE", Key, 5000), Stop);
        using RedisTableSession table = await RedisTableRange.ConnectAsync(server.Port);

        await SetAsync(table, "a", TrafficState.Draining);

        (await redis.ExecuteAsync(RedisCommand.Of("TTL", Key), Stop)).Integer.ShouldNotBeNull().ShouldBeInRange(4000, 5000);
    }

    [Fact]
    public async Task Its_id_names_the_redis_and_the_key_and_no_credential()
    {
        await using RedisProcess server = await StartAsync(A);
        using RedisTableSession table = await RedisTableRange.ConnectAsync(server.Port);

        table.Id.ShouldBe($"redis://127.0.0.1:{server.Port}/0#servers");
    }

    private static async Task RewriteAsync(RedisProcess server, string[] entries)
    {
        using RedisClient redis = server.Connect();
        await redis.ExecuteAsync(RedisCommand.Of("DEL", Key), Stop);
        await redis.ExecuteAsync(RedisCommand.Of("DEL", Kept), Stop);
        await RedisTableRange.PushAsync(server, Key, entries);
    }

    private static async Task<RedisProcess> StartAsync(params string[] entries)
    {
        RedisProcess server = await RedisProcess.StartAsync();
        await RedisTableRange.PushAsync(server, Key, entries);
        return server;
    }

    private static Task<IReadOnlyList<PoolMember>> MembersAsync(RedisTableSession table) => table.Balancer.GetMembersAsync(Key, Stop);

    private static async Task<PoolMember> MemberAsync(RedisTableSession table, string name) => (await MembersAsync(table)).Single(member => member.Name == name);

    private static async Task SetAsync(RedisTableSession table, string name, TrafficState state) =>
        (await table.Balancer.SetStateAsync(await MemberAsync(table, name), state, Stop)).State.ShouldBe(state);

    private static async Task<RedisValue> KeptAsync(RedisProcess server)
    {
        using RedisClient redis = server.Connect();
        return await redis.ExecuteAsync(RedisCommand.Of("GET", Kept), Stop);
    }
}
