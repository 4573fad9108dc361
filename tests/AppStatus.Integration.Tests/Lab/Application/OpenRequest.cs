using System.Net;

namespace AppStatus.Integration.Tests.Lab.Application;

/// <summary>A request that the server is known to work on, and that ends when the test says so: a POST whose body stays open.</summary>
internal sealed class OpenRequest : IDisposable
{
    private readonly HttpClient _client = new(new SocketsHttpHandler { UseProxy = false, Expect100ContinueTimeout = Timeout.InfiniteTimeSpan });
    private readonly OpenBody _body = new();

    private OpenRequest(Uri uri) => Answer = SendAsync(uri);

    public Task<string> Answer { get; }

    /// <summary>Returns when the server has asked for the body.</summary>
    public static async Task<OpenRequest> StartAsync(Uri uri)
    {
        var request = new OpenRequest(uri);
        await Task.WhenAny(request._body.Asked, request.Answer).WaitAsync(TestContext.Current.CancellationToken);
        request.Answer.IsCompleted.ShouldBeFalse();
        return request;
    }

    public void Finish() => _body.End();

    public void Dispose()
    {
        Finish();
        _client.Dispose();
    }

    private async Task<string> SendAsync(Uri uri)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, uri) { Content = _body, Headers = { ExpectContinue = true } };
        using var response = await _client.SendAsync(request, TestContext.Current.CancellationToken);
        return await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
    }

    private sealed class OpenBody : HttpContent
    {
        private readonly TaskCompletionSource _asked = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task Asked => _asked.Task;

        public void End() => _ended.TrySetResult();

        protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context)
        {
            _asked.TrySetResult();
            await _ended.Task;
            await stream.WriteAsync("end"u8.ToArray());
        }

        protected override bool TryComputeLength(out long length)
        {
            length = 0;
            return false;
        }
    }
}
