using System.Collections.Concurrent;
using System.Net;
using System.Text.Json;
using AppStatus.Core.Errors;
using AppStatus.Core.Monitoring.Alerts;
using AppStatus.Core.Monitoring.Notification;
using AppStatus.Integration.Tests.Support;
using AppStatus.Lab.Hosting;
using Microsoft.AspNetCore.Http;

namespace AppStatus.Integration.Tests.Monitoring;

/// <summary>The channels against a real mail server and a web server.</summary>
public sealed class NotifierTests
{
    private static readonly AlertNotification Notification = AlertNotification.Of(
        "Disk ü is full\r\nBcc: victim@example.com", "line one\nline two \u001b[31m", AlertSeverity.Critical, new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.Zero));

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_mail_arrives_with_its_text_and_no_more_headers_than_ours()
    {
        await using MonitoringProgram mail = await MonitoringProgram.StartMailAsync("plain");

        (await SendMailAsync(mail)).Fault.ShouldBeNull();

        await mail.SaysAsync("\"data\"");
        JsonElement received = Mail(mail);
        received.GetProperty("to").EnumerateArray().Select(to => to.GetString()).ShouldBe(["ops@example.com", "lead@example.com"]);
        string data = received.GetProperty("data").GetString().ShouldNotBeNull();
        data.ShouldNotContain("\nBcc:");
        data.ShouldContain("Auto-Submitted: auto-generated");
        data.ShouldNotContain("\u001b");
    }

    [Fact]
    public async Task A_mail_server_gets_user_and_password_and_a_wrong_one_is_told_without_it()
    {
        await using MonitoringProgram mail = await MonitoringProgram.StartMailAsync("auth");

        (await SendMailAsync(mail, credential: new NetworkCredential("deploy", "hush-hush"))).Fault.ShouldBeNull();
        await mail.SaysAsync("\"data\"");
        Mail(mail).GetProperty("authenticated").GetBoolean().ShouldBeTrue();
        Fault wrong = (await SendMailAsync(mail, credential: new NetworkCredential("deploy", "hush-wrong"))).Fault.ShouldNotBeNull();
        wrong.ToString().ShouldNotContain("hush");
    }

    [Fact]
    public async Task A_certificate_that_nobody_trusts_gets_no_mail()
    {
        Requirement.Program("openssl");
        await using MonitoringProgram mail = await MonitoringProgram.StartMailAsync("tls");

        Fault refused = (await SendMailAsync(mail, useTls: true)).Fault.ShouldNotBeNull();

        refused.Message.ShouldContain("certificate");
        mail.Lines.ShouldNotContain(line => line.Contains("\"data\"", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Without_starttls_nothing_is_sent_that_was_to_go_by_it()
    {
        await using MonitoringProgram mail = await MonitoringProgram.StartMailAsync("plain");

        Fault refused = (await SendMailAsync(mail, useTls: true)).Fault.ShouldNotBeNull();

        refused.Message.ShouldContain("STARTTLS");
        mail.Lines.ShouldNotContain(line => line.Contains("\"data\"", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_server_that_refuses_is_a_result_with_its_reason()
    {
        await using MonitoringProgram mail = await MonitoringProgram.StartMailAsync("refuse");

        Fault refused = (await SendMailAsync(mail)).Fault.ShouldNotBeNull();

        refused.Id.ShouldBe(ErrorId.NotificationFailed);
        refused.Message.ShouldContain("ops@example.com");
        refused.ToString().ShouldNotContain("\u001b");
    }

    [Fact]
    public async Task A_server_that_hangs_is_a_result_in_time()
    {
        await using MonitoringProgram mail = await MonitoringProgram.StartMailAsync("hang");

        (await SendMailAsync(mail, timeoutSec: 2)).Fault.ShouldNotBeNull().Message.ShouldContain("2 s");
    }

    [Fact]
    public async Task A_server_that_is_not_there_is_a_result()
    {
        AlertChannel channel = AlertChannel.OfSmtp(SmtpSettings.Of("127.0.0.1", LoopbackPorts.Free(1)[0], "a@example.com", ["b@example.com"], useTls: false, credential: null), 0, 10);
        using INotifier notifier = channel.CreateNotifier();

        (await notifier.SendAsync(Notification, Stop)).Fault.ShouldNotBeNull().Message.ShouldContain("ConnectionRefused");
    }

    [Theory]
    [InlineData("200", 1, true)]
    [InlineData("202", 1, true)]
    [InlineData("429,200", 2, true)]
    [InlineData("503,503,204", 3, true)]
    [InlineData("429,429,429,200", 3, false)]
    [InlineData("500,200", 1, false)]
    [InlineData("302,200", 1, false)]
    [InlineData("404,200", 1, false)]
    [InlineData("cut,200", 1, false)]
    public async Task A_webhook_is_tried_again_only_where_it_can_not_have_been_taken(string answers, int requests, bool delivered)
    {
        var bodies = new ConcurrentQueue<string>();
        await using LoopbackServer server = await LoopbackServer.StartAsync(0, static _ => { }, context => AnswerAsync(context, answers.Split(','), bodies), Stop);
        using INotifier notifier = AlertChannel.OfWebhook($"{server.Uri}services/hush-hush?sig=hush-hush", WebhookFormat.Json, 0, 30).CreateNotifier();

        NotificationResult result = await notifier.SendAsync(Notification, Stop);

        result.Delivered.ShouldBe(delivered);
        bodies.Count.ShouldBe(requests);
        (result.Fault?.ToString() ?? "").ShouldNotContain("hush");
        using JsonDocument body = JsonDocument.Parse(bodies.First());
        body.RootElement.GetProperty("severity").GetString().ShouldBe("Critical");
    }

    [Fact]
    public async Task A_webhook_that_hangs_or_is_not_there_is_a_result_in_time()
    {
        await using LoopbackServer server = await LoopbackServer.StartAsync(0, static _ => { }, static context => Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, context.RequestAborted), Stop);
        using INotifier hanging = AlertChannel.OfWebhook($"{server.Uri}hush-hush", WebhookFormat.Teams, 0, 1).CreateNotifier();
        using INotifier absent = AlertChannel.OfWebhook($"http://127.0.0.1:{LoopbackPorts.Free(1)[0]}/hush-hush", WebhookFormat.Slack, 0, 30).CreateNotifier();

        string late = (await hanging.SendAsync(Notification, Stop)).Fault.ShouldNotBeNull().ToString(), nobody = (await absent.SendAsync(Notification, Stop)).Fault.ShouldNotBeNull().ToString();

        late.ShouldContain("1 s");
        nobody.ShouldContain("ConnectionRefused");
        (late + nobody).ShouldNotContain("hush");
    }

    private static async Task<NotificationResult> SendMailAsync(MonitoringProgram mail, bool useTls = false, NetworkCredential? credential = null, int timeoutSec = 30)
    {
        SmtpSettings settings = SmtpSettings.Of("localhost", mail.Port, "deploy@example.com", ["ops@example.com", "lead@example.com"], useTls, credential);
        using INotifier notifier = AlertChannel.OfSmtp(settings, 0, timeoutSec).CreateNotifier();
        return await notifier.SendAsync(Notification, Stop);
    }

    private static JsonElement Mail(MonitoringProgram mail)
    {
        using JsonDocument received = JsonDocument.Parse(mail.Lines.First(line => line.Contains("\"data\"", StringComparison.Ordinal)));
        return received.RootElement.Clone();
    }

    private static async Task AnswerAsync(HttpContext context, string[] answers, ConcurrentQueue<string> bodies)
    {
        using var reader = new StreamReader(context.Request.Body);
        bodies.Enqueue(await reader.ReadToEndAsync(Stop));
        string answer = answers[Math.Min(bodies.Count, answers.Length) - 1];
        if (answer == "cut") context.Abort();
        else context.Response.StatusCode = int.Parse(answer, System.Globalization.CultureInfo.InvariantCulture);
    }
}
