using Microsoft.AspNetCore.Http;

namespace AppStatus.Integration.Tests.Support;

/// <summary>Stands before an instance's status endpoint: counts what it is asked, holds its answers, or loses one after the effect.</summary>
internal sealed class StatusTraffic
{
    private volatile TaskCompletionSource? _held;
    private int _asked;
    private int _toLose;

    public int Asked => Volatile.Read(ref _asked);

    /// <summary>The answer that was to be lost has been, after its status was set.</summary>
    public bool Lost { get; private set; }

    public void Hold() => _held = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);

    public void LetGo()
    {
        _held?.TrySetResult();
        _held = null;
    }

    /// <summary>The next POST does its work, and its connection breaks.</summary>
    public void LoseNextAnswer() => Volatile.Write(ref _toLose, 1);

    public async Task PassAsync(HttpContext context, RequestDelegate next)
    {
        Interlocked.Increment(ref _asked);
        if (_held is { } held) await held.Task;
        if (!HttpMethods.IsPost(context.Request.Method) || Interlocked.Exchange(ref _toLose, 0) == 0)
        {
            await next(context);
            return;
        }

        context.Response.Body = Stream.Null;
        await next(context);
        Lost = context.Response.StatusCode == StatusCodes.Status200OK;
        context.Abort();
    }
}
