using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace AppStatus.Bench;

/// <summary>
/// Get-AppStatus against a bare HttpClient fan-out, both in one PowerShell process, on a thousand endpoints that are ports of
/// a server in this process. What is quoted is the ratio of medians within one run.
/// </summary>
internal static class StatusBench
{
    private const int Endpoints = 1000, FirstPort = 21000;

    public static async Task<int> RunAsync()
    {
        await using WebApplication server = Serve();
        await server.StartAsync();
        return await PowerShellScript.RunAsync("Status.ps1", "-FirstPort", $"{FirstPort}", "-Count", $"{Endpoints}");
    }

    private static WebApplication Serve()
    {
        WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel((KestrelServerOptions kestrel) =>
        {
            for (int port = FirstPort; port < FirstPort + Endpoints; port++) kestrel.Listen(IPAddress.Loopback, port);
        });
        WebApplication server = builder.Build();
        byte[] body = """{"status":"ready","version":"1.3.6","hostname":"web01"}"""u8.ToArray();
        server.Run(async context =>
        {
            if (context.Request.Query.TryGetValue("delay", out var delay)) await Task.Delay(int.Parse(delay!, System.Globalization.CultureInfo.InvariantCulture));
            context.Response.ContentType = "application/json";
            await context.Response.Body.WriteAsync(body);
        });
        return server;
    }
}
