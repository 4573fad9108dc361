using System.Text.Json;
using AppStatus.Core.Balancers.F5;
using AppStatus.Core.Errors;
using AppStatus.Integration.Tests.Support;
using AppStatus.Lab.BigIp;
using AppStatus.Lab.BigIp.Configuration;
using AppStatus.Lab.BigIp.Control;
using Fault = AppStatus.Lab.BigIp.Control.Fault;

namespace AppStatus.Integration.Tests.Balancers.F5;

/// <summary>Logging in, staying in and leaving.</summary>
public sealed class F5SessionTests : IAsyncLifetime
{
    private const string LoginPath = "/mgmt/shared/authn/login";
    private readonly ShiftedTime _time = new();
    private BigIpSimulator _device = null!;

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _device = await BigIpSimulator.StartAsync(
        new BigIpConfiguration { User = F5Range.User, Password = F5Range.Password, Pools = [new PoolConfiguration { Name = "web", Members = [new MemberConfiguration { Address = "127.0.0.1:1000" }] }] },
        Cancelled, _time);

    public ValueTask DisposeAsync() => _device.DisposeAsync();

    [Fact]
    public async Task A_session_knows_the_device_and_shows_no_secret()
    {
        F5Session session = await ConnectAsync();

        session.Id.ShouldBe("f5:bigip1.lab.example");
        session.HostName.ShouldBe("bigip1.lab.example");
        session.Version.ShouldBe("17.1.1");
        session.UserName.ShouldBe(F5Range.User);
        session.Port.ShouldBe(_device.ControlUri.Port);
        session.TokenExpires.ShouldBe(_time.GetUtcNow().AddSeconds(1200), TimeSpan.FromSeconds(60));
        string shown = JsonSerializer.Serialize(session) + session;
        shown.ShouldNotContain(F5Range.Password);
        shown.ShouldContain("bigip1");
        typeof(F5Session).GetProperties().Select(property => property.Name).ShouldNotContain(name => name == "Token" || name == "Password");
        JsonSerializer.Serialize(new F5ConnectOptions { Uri = _device.ControlUri, Password = F5Range.Password }).ShouldNotContain(F5Range.Password);
    }

    [Fact]
    public async Task Disconnecting_deletes_the_token()
    {
        F5Session session = await ConnectAsync();
        _device.Tokens.Count.ShouldBe(1);
        await session.DisconnectAsync(Cancelled);
        _device.Tokens.Count.ShouldBe(0);
    }

    [Fact]
    public async Task A_connection_that_fails_after_the_login_leaves_no_token()
    {
        _device.Faults.Add(new Fault(FaultKind.Html) { PathPrefix = "/mgmt/tm/cm" });
        AppStatusException error = await Should.ThrowAsync<AppStatusException>(ConnectAsync);
        error.Id.ShouldBe(ErrorId.HttpError);
        error.Message.ShouldNotContain("<");
        _device.Tokens.Count.ShouldBe(0);
    }

    [Fact]
    public async Task Requests_that_find_the_token_gone_share_one_login()
    {
        F5Session session = await ConnectAsync();
        _device.Tokens.DeleteAll();

        await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => ReadAsync(session)));

        Logins().ShouldBe(2);
        _device.Tokens.Count.ShouldBe(1);
    }

    [Fact]
    public async Task A_token_is_renewed_before_it_ends_and_replaced_after_ten_hours()
    {
        F5Session session = await ConnectAsync();
        for (int minutes = 0; minutes < 11 * 60; minutes += 4)
        {
            _time.Advance(TimeSpan.FromMinutes(4));
            await ReadAsync(session);
        }

        _device.RequestLog.Entries.ShouldNotContain(entry => entry.Status >= 400);
        _device.RequestLog.Entries.Count(entry => entry.Method == "PATCH").ShouldBeGreaterThan(20);
        Logins().ShouldBe(2);
    }

    [Fact]
    public async Task A_token_that_slept_over_its_end_is_replaced_without_a_failure()
    {
        F5Session session = await ConnectAsync();
        _time.Advance(TimeSpan.FromHours(2));
        await ReadAsync(session);
        Logins().ShouldBe(2);
        _device.RequestLog.Entries.ShouldNotContain(entry => entry.Status >= 400);
    }

    [Fact]
    public async Task A_given_token_is_used_kept_alive_and_left_alone()
    {
        string token = _device.Tokens.Issue(F5Range.User)!.Token;
        F5Session session = await F5Session.ConnectAsync(new F5ConnectOptions { Uri = _device.ControlUri, Token = token, SkipCertificateCheck = true }, _time, Cancelled);
        _time.Advance(TimeSpan.FromHours(1));
        await ReadAsync(session);
        await session.DisconnectAsync(Cancelled);
        Logins().ShouldBe(0);
        _device.Tokens.Count.ShouldBe(1);
    }

    [Fact]
    public async Task A_given_token_that_has_ended_cannot_be_replaced()
    {
        string token = _device.Tokens.Issue(F5Range.User)!.Token;
        F5Session session = await F5Session.ConnectAsync(new F5ConnectOptions { Uri = _device.ControlUri, Token = token, SkipCertificateCheck = true }, _time, Cancelled);
        _device.Tokens.DeleteAll();
        AppStatusException error = await Should.ThrowAsync<AppStatusException>(() => ReadAsync(session));
        error.Id.ShouldBe(ErrorId.AuthenticationFailed);
        error.Message.ShouldNotContain(token);
    }

    [Fact]
    public async Task A_refusal_is_answered_by_one_login_and_one_more_try()
    {
        F5Session session = await ConnectAsync();
        _device.Faults.Add(new Fault(FaultKind.Expired) { Method = "GET", PathPrefix = "/mgmt/tm/ltm/pool?" });
        (await session.Balancer.GetPoolsAsync(partition: null, Cancelled)).ShouldHaveSingleItem().FullPath.ShouldBe("/Common/web");
        Logins().ShouldBe(2);

        _device.Faults.Add(new Fault(FaultKind.Expired) { Method = "GET", PathPrefix = "/mgmt/tm/ltm/pool?", Count = 2 });
        (await Should.ThrowAsync<AppStatusException>(() => session.Balancer.GetPoolsAsync(partition: null, Cancelled))).Id.ShouldBe(ErrorId.AuthenticationFailed);
        Logins().ShouldBe(3);
    }

    [Fact]
    public async Task A_busy_or_booting_device_is_waited_for()
    {
        F5Session session = await ConnectAsync();
        _device.Faults.Add(new Fault(FaultKind.Busy) { Count = 2 });
        _device.Faults.Add(new Fault(FaultKind.Booting) { Count = 2 });
        await ReadAsync(session);
        _device.Faults.Pending.ShouldBeEmpty();
    }

    [Fact]
    public async Task Waiting_has_an_end_and_the_last_failure_is_told()
    {
        F5Session session = await ConnectAsync();
        _device.Faults.Add(new Fault(FaultKind.Busy) { Count = 1_000_000 });
        Task read = ReadAsync(session);
        await Eventually.GetAsync(() => Task.FromResult(_device.RequestLog.Entries.Count(entry => entry.Status == 503)), count => count > 1, "a second try");
        _time.Advance(TimeSpan.FromMinutes(2));
        AppStatusException error = await Should.ThrowAsync<AppStatusException>(() => read);
        error.Id.ShouldBe(ErrorId.HttpError);
        error.Message.ShouldContain("active asynchronous task");
    }

    [Fact]
    public async Task A_wrong_password_is_refused()
    {
        AppStatusException error = await Should.ThrowAsync<AppStatusException>(() => F5Session.ConnectAsync(
            new F5ConnectOptions { Uri = _device.ControlUri, UserName = F5Range.User, Password = "not this one", SkipCertificateCheck = true }, _time, Cancelled));
        error.Id.ShouldBe(ErrorId.AuthenticationFailed);
        error.Message.ShouldNotContain("not this one");
    }

    [Fact]
    public async Task The_hundred_and_first_token_is_refused_with_a_way_out()
    {
        for (int i = 0; i < 100; i++) _device.Tokens.Issue(F5Range.User).ShouldNotBeNull();
        AppStatusException error = await Should.ThrowAsync<AppStatusException>(ConnectAsync);
        error.Id.ShouldBe(ErrorId.TokenLimitReached);
        error.Message.ShouldContain("Disconnect-F5");
    }

    [Fact]
    public async Task A_login_while_the_device_boots_is_no_wrong_password()
    {
        _device.Faults.Add(new Fault(FaultKind.Booting) { PathPrefix = LoginPath });
        AppStatusException error = await Should.ThrowAsync<AppStatusException>(ConnectAsync);
        error.Id.ShouldBe(ErrorId.Unreachable);
        error.Message.ShouldContain("is starting");
    }

    [Fact]
    public async Task A_certificate_that_nobody_vouches_for_is_refused_before_anything_is_sent()
    {
        AppStatusException error = await Should.ThrowAsync<AppStatusException>(() => F5Session.ConnectAsync(
            new F5ConnectOptions { Uri = _device.ControlUri, UserName = F5Range.User, Password = F5Range.Password }, _time, Cancelled));
        error.Id.ShouldBe(ErrorId.CertificateUntrusted);
        error.Message.ShouldContain("-SkipCertificateCheck");
        error.Message.ShouldContain("thumbprint");
        _device.RequestLog.Count.ShouldBe(0);
    }

    [Fact]
    public async Task Skipping_the_certificate_check_holds_for_that_session_alone()
    {
        F5Session skipping = await ConnectAsync();
        (await Should.ThrowAsync<AppStatusException>(() => F5Session.ConnectAsync(
            new F5ConnectOptions { Uri = _device.ControlUri, UserName = F5Range.User, Password = F5Range.Password }, _time, Cancelled))).Id.ShouldBe(ErrorId.CertificateUntrusted);
        await ReadAsync(skipping);
#pragma warning disable SYSLIB0014, MA0039 // What others switch off for the whole process.
        System.Net.ServicePointManager.ServerCertificateValidationCallback.ShouldBeNull();
#pragma warning restore SYSLIB0014, MA0039
    }

    [Theory]
    [InlineData(nameof(FaultKind.LostAnswer))]
    [InlineData(nameof(FaultKind.Busy))]
    public async Task A_login_is_sent_once_whatever_becomes_of_it(string kind)
    {
        _device.Faults.Add(new Fault(Enum.Parse<FaultKind>(kind)) { PathPrefix = LoginPath });
        await Should.ThrowAsync<AppStatusException>(ConnectAsync);
        _device.RequestLog.Entries.Count(entry => entry.Path == LoginPath).ShouldBe(1);
    }

    [Fact]
    public async Task A_port_that_speaks_no_TLS_is_told_from_one_where_nobody_is()
    {
        await using TestInstance plain = await TestInstance.StartAsync("plain");
        AppStatusException error = await Should.ThrowAsync<AppStatusException>(() => F5Range.ConnectAsync(new Uri($"https://127.0.0.1:{plain.Port}")));
        error.Id.ShouldBe(ErrorId.ConnectionClosed);
        error.Message.ShouldContain("TLS");
    }

    [Fact]
    public async Task Where_nothing_listens_it_is_unreachable()
    {
        var uri = new Uri($"https://127.0.0.1:{LoopbackPorts.Free(1)[0]}");
        (await Should.ThrowAsync<AppStatusException>(() => F5Range.ConnectAsync(uri))).Id.ShouldBe(ErrorId.Unreachable);
    }

    [Theory]
    [InlineData("https://admin:secret@bigip", ErrorId.PasswordInUri)]
    [InlineData("ftp://bigip", ErrorId.InvalidArgument)]
    public async Task An_address_that_cannot_be_is_refused(string uri, ErrorId id)
    {
        AppStatusException error = await Should.ThrowAsync<AppStatusException>(() => F5Range.ConnectAsync(new Uri(uri)));
        error.Id.ShouldBe(id);
        error.Message.ShouldNotContain("secret");
    }

    private Task<F5Session> ConnectAsync() => F5Range.ConnectAsync(_device.ControlUri, _time);

    private static Task ReadAsync(F5Session session) => session.Balancer.GetMembersAsync("web", Cancelled);

    private int Logins() => _device.RequestLog.Entries.Count(entry => entry.Path == LoginPath && entry.Status == 200);
}
