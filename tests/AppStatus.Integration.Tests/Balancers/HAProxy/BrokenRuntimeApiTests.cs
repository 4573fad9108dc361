using System.Net;
using System.Net.Sockets;
using System.Text;
using AppStatus.Core.Balancers;
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
        using var server = new FixedAnswers(answer);
        (await Should.ThrowAsync<AppStatusException>(() => ConnectAsync(server, TimeSpan.FromSeconds(20)))).Id.ShouldBe(id);
    }

    [Fact]
    public async Task Silence_ends_in_a_time_out()
    {
        using var server = new FixedAnswers([null]);
        AppStatusException error = await Should.ThrowAsync<AppStatusException>(() => ConnectAsync(server, TimeSpan.FromMilliseconds(200)));
        error.Id.ShouldBe(ErrorId.TimedOut);
        error.Message.ShouldContain("0.2 s");
    }

    [Fact]
    public async Task A_change_that_is_taken_but_not_there_is_not_confirmed()
    {
        const string probe = "Name: HAProxy\nVersion: 2.6\n\nadmin\n\n";
        const string tables = "# pxname,svname,scur,status,\nweb,a,0,no check,\n\n1\n# be_id srv_name srv_addr srv_op_state srv_admin_state srv_uweight srv_port\n3 a 10.0.0.1 2 0 10 80\n\n";
        using var server = new FixedAnswers(probe, "\n" + tables, "\n" + tables);
        HAProxyBalancer balancer = (await ConnectAsync(server, TimeSpan.FromSeconds(20))).Balancer;
        var member = new PoolMember { Name = "a", Pool = "web", Address = "10.0.0.1", Port = 80, Balancer = balancer.Id };

        AppStatusException state = await Should.ThrowAsync<AppStatusException>(() => balancer.SetStateAsync(member, TrafficState.Offline, CancellationToken.None));
        AppStatusException weight = await Should.ThrowAsync<AppStatusException>(() => balancer.SetWeightAsync(member, 99, CancellationToken.None));

        state.Id.ShouldBe(ErrorId.WriteNotConfirmed);
        state.Message.ShouldContain("it is Enabled, weight 10");
        weight.Id.ShouldBe(ErrorId.WriteNotConfirmed);
    }

    private static Task<HAProxySession> ConnectAsync(FixedAnswers server, TimeSpan timeout) => HAProxyBalancer.ConnectAsync(
        new HAProxyOptions { Uris = [server.Uri], Timeout = timeout }, TimeProvider.System, TestContext.Current.CancellationToken);

    /// <summary>Takes a connection and a line for each of its texts, sends that and closes; for null it keeps silent.</summary>
    private sealed class FixedAnswers : IDisposable
    {
        private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
        private TcpClient? _client;

        public FixedAnswers(params string?[] answers)
        {
            _listener.Start();
            _ = AnswerAsync(answers);
        }

        public Uri Uri => new($"tcp://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}");

        public void Dispose()
        {
            _listener.Dispose();
            _client?.Dispose();
        }

        private async Task AnswerAsync(string?[] answers)
        {
            foreach (string? answer in answers)
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
}
