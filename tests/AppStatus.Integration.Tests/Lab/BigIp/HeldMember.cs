using AppStatus.Lab.Hosting;
using Microsoft.AspNetCore.Http;

namespace AppStatus.Integration.Tests.Lab.BigIp;

/// <summary>A pool member in this process: <c>/</c> answers its name, <c>/hold</c> waits to be released, <c>/appstatus</c> says <see cref="Status"/>.</summary>
internal sealed class HeldMember : IAsyncDisposable
{
    private readonly TaskCompletionSource _released = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly string _name;
    private LoopbackServer? _server;
    private int _held;
    private int _served;

    private HeldMember(string name) => _name = name;

    public string Status { get; set; } = "ready";

    /// <summary>As pools name it.</summary>
    public string Address => $"127.0.0.1:{_server!.Uri.Port}";

    /// <summary>Requests that have reached <c>/hold</c>.</summary>
    public int Held => Volatile.Read(ref _held);

    /// <summary>Answers other than to probes.</summary>
    public int Served => Volatile.Read(ref _served);

    public static async Task<HeldMember> StartAsync(string name, int port = 0)
    {
        var member = new HeldMember(name);
        member._server = await LoopbackServer.StartAsync(port, _ => { }, member.HandleAsync, TestContext.Current.CancellationToken);
        return member;
    }

    public void Release() => _released.TrySetResult();

    public async ValueTask DisposeAsync()
    {
        Release();
        await _server!.DisposeAsync();
    }

    private async Task HandleAsync(HttpContext context)
    {
        if (context.Request.Path == "/appstatus")
        {
            await context.Response.WriteAsync($$"""{"status":"{{Status}}"}""");
            return;
        }

        if (context.Request.Path == "/hold")
        {
            Interlocked.Increment(ref _held);
            await _released.Task;
        }

        Interlocked.Increment(ref _served);
        using var body = new StreamReader(context.Request.Body);
        await context.Response.WriteAsync($"{_name} {context.Request.Method} {await body.ReadToEndAsync()}".TrimEnd());
    }
}
