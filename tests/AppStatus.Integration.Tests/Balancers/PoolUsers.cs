namespace AppStatus.Integration.Tests.Balancers;

/// <summary>Users of a pool, each on a connection of its own; any answer but 200 fails the test.</summary>
internal sealed class PoolUsers(Uri entry) : IDisposable
{
    private readonly HttpClient _client = new() { BaseAddress = entry };

    public async Task<string> GetAsync(string path, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.ConnectionClose = true;
        using HttpResponseMessage response = await _client.SendAsync(request, cancellationToken);
        response.EnsureSuccessStatusCode();
        return await response.Content.ReadAsStringAsync(cancellationToken);
    }

    public void Dispose() => _client.Dispose();
}
