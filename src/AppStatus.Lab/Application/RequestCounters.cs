using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Text;
using Microsoft.AspNetCore.Http;

namespace AppStatus.Lab.Application;

/// <summary>What <c>/metrics</c> serves: requests by status, and the process' own time and memory, in Prometheus' text format.</summary>
internal sealed class RequestCounters
{
    public const string Path = "/metrics";

    // What balancers and monitors ask would bury what users see.
    private static readonly string[] Probes = [Path, "/appstatus", "/health", "/_status"];

    private readonly ConcurrentDictionary<int, long> _byStatus = new();

    /// <summary>Counts a request once it has been answered.</summary>
    public async Task CountAsync(HttpContext context, RequestDelegate next)
    {
        if (Probes.Contains(context.Request.Path.Value, StringComparer.OrdinalIgnoreCase))
        {
            await next(context);
            return;
        }

        var status = StatusCodes.Status500InternalServerError;
        try
        {
            await next(context);
            status = context.Response.StatusCode;
        }
        finally
        {
            _byStatus.AddOrUpdate(status, 1, static (_, count) => count + 1);
        }
    }

    public async Task WriteAsync(HttpContext context)
    {
        using var process = Process.GetCurrentProcess();
        var text = new StringBuilder();
        text.Append("# HELP http_requests_total Requests that were answered, but for probes.\n# TYPE http_requests_total counter\n");
        foreach (var (status, count) in _byStatus.OrderBy(entry => entry.Key))
        {
            text.Append(CultureInfo.InvariantCulture, $"http_requests_total{{code=\"{status}\"}} {count}\n");
        }

        text.Append("# TYPE process_cpu_seconds_total counter\n");
        text.Append(CultureInfo.InvariantCulture, $"process_cpu_seconds_total {process.TotalProcessorTime.TotalSeconds}\n");
        text.Append("# TYPE process_resident_memory_bytes gauge\n");
        text.Append(CultureInfo.InvariantCulture, $"process_resident_memory_bytes {process.WorkingSet64}\n");
        context.Response.ContentType = "text/plain; version=0.0.4; charset=utf-8";
        await context.Response.WriteAsync(text.ToString(), context.RequestAborted);
    }
}
