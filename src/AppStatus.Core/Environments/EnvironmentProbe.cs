using System.Net;
using System.Net.Sockets;
using AppStatus.Core.Errors;

namespace AppStatus.Core.Environments;

/// <summary>Waits for an instance to answer at its status path, for Redis to listen, and for the balancer to bring a request to an instance.</summary>
/// <param name="patience">For each part.</param>
internal sealed class EnvironmentProbe(TimeSpan patience) : IEnvironmentProbe, IDisposable
{
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(50);

    // A proxy's own answers when nobody is behind it.
    private static readonly HttpStatusCode[] NobodyThere = [HttpStatusCode.BadGateway, HttpStatusCode.ServiceUnavailable, HttpStatusCode.GatewayTimeout];

    private readonly HttpClient _http = new(new HttpClientHandler { AllowAutoRedirect = false, UseProxy = false }) { Timeout = TimeSpan.FromSeconds(5) };

    public async Task WaitAsync(EnvironmentDefinition definition, string part, CancellationToken cancellationToken)
    {
        using CancellationTokenSource clock = MachineClock.CreateCancellationTokenSource(patience);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, clock.Token);
        string seen = "nothing answers";
        try
        {
            while (true)
            {
                (bool works, seen) = await LookAsync(definition, part, limit.Token).ConfigureAwait(false);
                if (works) return;
                await MachineClock.DelayAsync(Look, limit.Token).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new AppStatusException(ErrorId.EnvironmentNotReady, FormattableString.Invariant($"{part} was started, and does not work after {patience.TotalSeconds:0.#} s: {seen}."), Logs(definition, part), part);
        }
    }

    public void Dispose() => _http.Dispose();

    private async Task<(bool Works, string Seen)> LookAsync(EnvironmentDefinition definition, string part, CancellationToken cancellationToken)
    {
        Uri? uri = part switch
        {
            EnvironmentPart.RedisName => null,
            EnvironmentPart.BalancerName => new UriBuilder(Uri.UriSchemeHttp, definition.Address, definition.Port).Uri,
            _ => new Uri(EnvironmentAddresses.Instance(definition, part), definition.StatusPath),
        };
        try
        {
            if (uri is null)
            {
                await ConnectAsync(definition.Address, definition.RedisPort).ConfigureAwait(false);
                return (true, "");
            }

            if (part == EnvironmentPart.BalancerName && definition.Balancer != EnvironmentBalancer.RedisTable) await ConnectAsync(definition.AdminAddress, definition.AdminPort).ConfigureAwait(false);
            using HttpResponseMessage answer = await _http.GetAsync(uri, cancellationToken).ConfigureAwait(false);
            bool works = part == EnvironmentPart.BalancerName ? !NobodyThere.Contains(answer.StatusCode) : answer.IsSuccessStatusCode;
            return (works, $"{uri} answers {(int)answer.StatusCode}");
        }
        catch (Exception cause) when (cause is HttpRequestException or SocketException or IOException || (cause is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            return (false, $"{uri?.ToString() ?? $"port {definition.RedisPort}"} does not answer ({SafeText.Condensed(cause.GetBaseException().Message, 150)})");
        }
    }

    private static async Task ConnectAsync(string address, int port)
    {
        using var client = new TcpClient();
        await client.ConnectAsync(address, port).ConfigureAwait(false);
    }

    private static string Logs(EnvironmentDefinition definition, string part) => definition.Provider == EnvironmentProvider.Container
        ? $"Look at what it printed: {(definition.Engine.Length > 0 ? definition.Engine : "docker")} logs {definition.Name}-{part}"
        : $"Look at what it printed: {part}.log in the environment's folder.";
}
