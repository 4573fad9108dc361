using System.Net;
using System.Text.Json;
using AppStatus.Core.Errors;
using AppStatus.Core.Monitoring.Notification;

namespace AppStatus.Core.Tests.Monitoring.Notification;

public sealed class AlertChannelTests
{
    private static readonly NetworkCredential Hush = new("deploy", "hush-hush");

    [Fact]
    public void A_channel_shows_no_secret()
    {
        AlertChannel webhook = AlertChannel.OfWebhook("https://hooks.example.com/T0/hush-hush?sig=hush-hush", WebhookFormat.Teams, 60, 5);
        AlertChannel mail = AlertChannel.OfSmtp(Mail(useTls: true, "mail.example.com"), 60, 5);

        foreach (AlertChannel channel in new[] { webhook, mail })
        {
            JsonSerializer.Serialize(channel).ShouldNotContain("hush");
            channel.ToString().ShouldNotContain("hush");
        }

        webhook.Destination.ShouldBe("https://hooks.example.com");
        mail.Smtp.ShouldNotBeNull().ToString().ShouldNotContain("hush");
    }

    [Theory]
    [InlineData("hush-hush", ErrorId.InvalidArgument)]
    [InlineData("ftp://hush-hush/", ErrorId.InvalidArgument)]
    [InlineData("https://me:hush-hush@hooks.example.com/", ErrorId.PasswordInUri)]
    public void What_is_no_address_is_refused_and_not_repeated(string address, ErrorId id)
    {
        AppStatusException refused = Should.Throw<AppStatusException>(() => AlertChannel.OfWebhook(address, WebhookFormat.Json, 60, 5));

        refused.Id.ShouldBe(id);
        refused.ToString().ShouldNotContain("hush");
    }

    [Theory]
    [InlineData("mail.example.com", false, true)]
    [InlineData("mail.example.com", true, false)]
    [InlineData("127.0.0.1", false, false)]
    [InlineData("localhost", false, false)]
    public void A_password_in_clear_text_is_warned_of(string server, bool useTls, bool warned) =>
        (AlertChannel.OfSmtp(Mail(useTls, server), 60, 5).Warning is not null).ShouldBe(warned);

    [Fact]
    public void A_webhook_in_clear_text_is_warned_of()
    {
        AlertChannel.OfWebhook("http://hooks.example.com/hush-hush", WebhookFormat.Json, 60, 5).Warning.ShouldNotBeNull().ShouldNotContain("hush");
        AlertChannel.OfWebhook("http://127.0.0.1/x", WebhookFormat.Json, 60, 5).Warning.ShouldBeNull();
        AlertChannel.OfWebhook("https://hooks.example.com/x", WebhookFormat.Json, 60, 5).Warning.ShouldBeNull();
    }

    [Theory]
    [InlineData("no address", "a@b.example")]
    [InlineData("a@b.example", "c@d.example, e@f.example;")]
    public void What_is_no_mail_address_is_refused(string from, string to) =>
        Should.Throw<AppStatusException>(() => SmtpSettings.Of("mail", 25, from, [to], useTls: false, credential: null)).Id.ShouldBe(ErrorId.InvalidArgument);

    private static SmtpSettings Mail(bool useTls, string server) => SmtpSettings.Of(server, 25, "a@b.example", ["c@d.example"], useTls, Hush);
}
