using System.Net;
using System.Net.Sockets;
using System.Text;
using AppStatus.Core.Balancers.HAProxy;
using AppStatus.Core.Errors;

namespace AppStatus.Integration.Tests.Balancers.HAProxy;

/// <summary>What a healthy HAProxy never does: cut an answer off, keep silent, or be something else.</summary>
public sealed class BrokenRuntimeApiTests
{
    [Theory]
    [InlineData("", ErrorId.ConnectionClosed)]
    [InlineData("Name: HAProxy\nVersion: 2.6\n\nadm", ErrorId.ConnectionClosed)]
    [InlineData("Name: HAProxy\nVersion: 2.6\n\n", ErrorId.ConnectionClosed)]
    [InlineData("HTTP/1.1 400 Bad Request\n\nx\n\n", ErrorId.InvalidResponse)]
    [InlineData("a\n\nb\n\nc\n\n", ErrorId.InvalidResponse)]
    public async Task An_answer_that_is_none_is_told(string answer, ErrorId id)
    {
        using var server = new OneAnswer(answer);
        (await Should.ThrowAsync<AppStatusException>(() => ConnectAsync(server, TimeSpan.FromSeconds(20)))).Id.ShouldBe(id);
    }

    [Fact]
    public async Task Silence_ends_in_a_time_out()
    {
        using var server = new OneAnswer(answer: null);
        AppStatusException error = await Should.ThrowAsync<AppStatusException>(() => ConnectAsync(server, TimeSpan.FromMilliseconds(200)));
        error.Id.ShouldBe(ErrorId.TimedOut);
        error.Message.ShouldContain("0.2 s");
    }

    private static Task ConnectAsync(OneAnswer server, TimeSpan timeout) => HAProxyBalancer.ConnectAsync(
        new HAProxyOptions { Uris = [server.Uri], Timeout = timeout }, TimeProvider.System, TestContext.Current.CancellationToken);

    /// <summary>Takes one connection and a line, sends its text and closes; without a text it keeps silent.</summary>
    private sealed class OneAnswer : IDisposable
    {
        private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
        private TcpClient? _client;

        public OneAnswer(string? answer)
        {
            _listener.Start();
            _ = AnswerAsync(answer);
        }

        public Uri Uri => new($"tcp://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}");

        public void Dispose()
        {
            _listener.Dispose();
            _client?.Dispose();
        }

        private async Task AnswerAsync(string? answer)
        {
            _client = await _listener.AcceptTcpClientAsync();
            using var reader = new StreamReader(_client.GetStream(), leaveOpen: true);
            await reader.ReadLineAsync();
            if (answer is null) return;
            await _client.GetStream().WriteAsync(Encoding.UTF8.GetBytes(answer));
            _client.Dispose();
        }
    }
}
