using System.Diagnostics;
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

    public static async Task<int> RunAsync(string script)
    {
        await using WebApplication server = Serve();
        await server.StartAsync();
        var start = new ProcessStartInfo("pwsh") { UseShellExecute = false };
        foreach (string argument in new[] { "-NoProfile", "-NonInteractive", "-File", Path.Combine(AppContext.BaseDirectory, script), "-FirstPort", $"{FirstPort}", "-Count", $"{Endpoints}" })
            start.ArgumentList.Add(argument);
        using Process process = Process.Start(start) ?? throw new InvalidOperationException("There is no pwsh on the PATH.");
        await process.WaitForExitAsync();
        return process.ExitCode;
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
