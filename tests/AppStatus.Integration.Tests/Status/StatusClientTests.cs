using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using AppStatus.Core.Errors;
using AppStatus.Core.Status;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace AppStatus.Integration.Tests.Status;

/// <summary>The client against a real server, over TLS where that matters.</summary>
public sealed class StatusClientTests
{
    private const string Ready = """{"status":"ready","version":"1.0"}""";

    [Fact]
    public async Task An_untrusted_certificate_is_refused_and_the_way_on_is_named()
    {
        await using WebApplication server = await StartAsync(context => context.Response.WriteAsync(Ready), tls: true);

        InstanceStatus reading = await GetAsync(server, new StatusClientOptions());

        Fault fault = reading.Fault.ShouldNotBeNull();
        fault.Id.ShouldBe(ErrorId.CertificateUntrusted);
        fault.NextStep.ShouldContain("-SkipCertificateCheck");
        fault.Message.ShouldContain("not trusted");
    }

    [Fact]
    public async Task Skipping_the_check_is_that_clients_own_affair()
    {
        await using WebApplication server = await StartAsync(context => context.Response.WriteAsync(Ready), tls: true);

        (await GetAsync(server, new StatusClientOptions { SkipCertificateCheck = true })).Status.ShouldBe(AppStatusValue.Ready);
        (await GetAsync(server, new StatusClientOptions())).Fault.ShouldNotBeNull().Id.ShouldBe(ErrorId.CertificateUntrusted);
    }

    [Fact]
    public async Task The_host_header_is_the_SNI_name_too()
    {
        string? sni = null;
        await using WebApplication server = await StartAsync(
            context => context.Response.WriteAsync($$"""{"status":"ready","hostname":"{{context.Request.Host}}"}"""),
            tls: true,
            name => sni = name);
        using var client = new StatusClient(new StatusClientOptions { SkipCertificateCheck = true });

        InstanceStatus reading = await client.GetAsync(Target(server) with { HostHeader = "shop.example" }, Cancel);

        reading.HostName.ShouldBe("shop.example");
        sni.ShouldBe("shop.example");
    }

    [Fact]
    public async Task A_port_that_speaks_no_TLS_is_not_called_untrusted()
    {
        await using WebApplication server = await StartAsync(context => context.Response.WriteAsync(Ready));
        using var client = new StatusClient(new StatusClientOptions());

        InstanceStatus reading = await client.GetAsync(new StatusTarget("x", new UriBuilder(Target(server).Uri) { Scheme = "https" }.Uri), Cancel);

        reading.Fault.ShouldNotBeNull().Id.ShouldBe(ErrorId.ConnectionClosed);
    }

    [Fact]
    public async Task A_body_without_a_length_is_bounded_too()
    {
        await using WebApplication server = await StartAsync(async context =>
        {
            var junk = new byte[8192];
            while (!context.RequestAborted.IsCancellationRequested) await context.Response.Body.WriteAsync(junk, context.RequestAborted);
        });

        (await GetAsync(server, new StatusClientOptions())).Fault.ShouldNotBeNull().Message.ShouldContain("longer than 65536 bytes");
    }

    [Fact]
    public async Task A_body_that_drips_is_bounded_in_time()
    {
        await using WebApplication server = await StartAsync(async context =>
        {
            await context.Response.WriteAsync("{");
            await context.Response.Body.FlushAsync();
            await Task.Delay(Timeout.Infinite, context.RequestAborted);
        });

        (await GetAsync(server, new StatusClientOptions { RequestTimeout = TimeSpan.FromMilliseconds(300) })).Fault.ShouldNotBeNull().Id.ShouldBe(ErrorId.TimedOut);
    }

    [Fact]
    public async Task An_empty_confirmation_is_read_back()
    {
        string status = "stage";
        await using WebApplication server = await StartAsync(async context =>
        {
            if (context.Request.Method == "POST")
            {
                status = (await context.Request.ReadFromJsonAsync<Dictionary<string, string>>())!["status"];
                context.Response.StatusCode = 204;
            }
            else
            {
                await context.Response.WriteAsync($$"""{"status":"{{status}}"}""");
            }
        });
        using var client = new StatusClient(new StatusClientOptions());

        InstanceStatus answer = await client.SetAsync(Target(server), AppStatusValue.StandBy, Cancel);

        answer.Fault.ShouldBeNull();
        answer.RawStatus.ShouldBe("stand-by");
    }

    [Fact]
    public async Task A_refused_POST_says_the_servers_words()
    {
        await using WebApplication server = await StartAsync(context =>
        {
            context.Response.StatusCode = 400;
            return context.Response.WriteAsync("""{"error":"No status value provided"}""");
        });
        using var client = new StatusClient(new StatusClientOptions());

        Fault fault = (await client.SetAsync(Target(server), AppStatusValue.Ready, Cancel)).Fault.ShouldNotBeNull();

        fault.Id.ShouldBe(ErrorId.HttpError);
        fault.Message.ShouldContain("No status value provided");
    }

    [Fact]
    public async Task A_cancelled_request_throws_and_ends()
    {
        var begun = new TaskCompletionSource();
        var aborted = new TaskCompletionSource();
        await using WebApplication server = await StartAsync(async context =>
        {
            context.RequestAborted.Register(aborted.SetResult);
            begun.SetResult();
            await aborted.Task;
        });
        using var client = new StatusClient(new StatusClientOptions());
        using var stop = new CancellationTokenSource();

        Task<InstanceStatus> reading = client.GetAsync(Target(server), stop.Token);
        await begun.Task;
        await stop.CancelAsync();

        await Should.ThrowAsync<OperationCanceledException>(reading);
        await aborted.Task.WaitAsync(TimeSpan.FromSeconds(10), Cancel);
    }

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private static StatusTarget Target(WebApplication server)
    {
        string address = server.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single();
        return new StatusTarget("web01", new Uri(new Uri(address), "/appstatus"));
    }

    private static async Task<InstanceStatus> GetAsync(WebApplication server, StatusClientOptions options)
    {
        using var client = new StatusClient(options);
        return await client.GetAsync(Target(server), Cancel);
    }

    private static async Task<WebApplication> StartAsync(RequestDelegate answer, bool tls = false, Action<string?>? onSni = null)
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, listen =>
        {
            if (!tls) return;
            X509Certificate2 certificate = SelfSigned();
            listen.UseHttps(new HttpsConnectionAdapterOptions
            {
                ServerCertificateSelector = (_, name) =>
                {
                    onSni?.Invoke(name);
                    return certificate;
                },
            });
        }));
        builder.WebHost.UseKestrelHttpsConfiguration();
        WebApplication server = builder.Build();
        server.Run(answer);
        await server.StartAsync(Cancel);
        return server;
    }

    private static X509Certificate2 SelfSigned()
    {
        using var key = RSA.Create(2048);
        var request = new CertificateRequest("CN=127.0.0.1", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        var names = new SubjectAlternativeNameBuilder();
        names.AddIpAddress(IPAddress.Loopback);
        request.CertificateExtensions.Add(names.Build());
        DateTimeOffset now = TimeProvider.System.GetUtcNow();
        using X509Certificate2 made = request.CreateSelfSigned(now.AddDays(-1), now.AddDays(1));
        return X509CertificateLoader.LoadPkcs12(made.Export(X509ContentType.Pkcs12), password: null);
    }
}
