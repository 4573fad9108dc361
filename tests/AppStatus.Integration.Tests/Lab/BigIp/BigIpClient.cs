using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using AppStatus.Lab.BigIp;

namespace AppStatus.Integration.Tests.Lab.BigIp;

/// <summary>A client that does no more than it is told: no retries, no log-in of its own.</summary>
internal sealed class BigIpClient : IDisposable
{
    private readonly HttpClient _client;

    private BigIpClient(BigIpSimulator simulator)
    {
        var pinned = simulator.CertificateHash;
        _client = new HttpClient(new SocketsHttpHandler
        {
            UseProxy = false,
            SslOptions = { RemoteCertificateValidationCallback = (_, certificate, _, _) => certificate?.GetCertHashString(HashAlgorithmName.SHA256) == pinned },
        })
        {
            BaseAddress = simulator.ControlUri,
        };
    }

    public AuthenticationHeaderValue? Authorization { get; set; }

    public string? Token { get; set; }

    public string? Transaction { get; set; }

    public static BigIpClient Anonymous(BigIpSimulator simulator) => new(simulator);

    public static BigIpClient Admin(BigIpSimulator simulator) =>
        new(simulator) { Authorization = new AuthenticationHeaderValue("Basic", Convert.ToBase64String("admin:admin"u8)) };

    public static string MemberPath(string pool, string member) => $"/mgmt/tm/ltm/pool/~Common~{pool}/members/~Common~{member}";

    public Task<BigIpAnswer> GetAsync(string path) => SendAsync("GET", path, null);

    public Task<BigIpAnswer> PatchAsync(string path, string body) => SendAsync("PATCH", path, body);

    public Task<BigIpAnswer> PutAsync(string path, string body) => SendAsync("PUT", path, body);

    public Task<BigIpAnswer> PostAsync(string path, string body) => SendAsync("POST", path, body);

    public Task<BigIpAnswer> DeleteAsync(string path) => SendAsync("DELETE", path, null);

    public Task<BigIpAnswer> LoginAsync(string password = "admin") => PostAsync(
        "/mgmt/shared/authn/login", $$"""{"username":"admin","password":"{{password}}","loginProviderName":"tmos"}""");

    /// <summary>Logs in, and uses the token from now on.</summary>
    public async Task<string> UseTokenAsync()
    {
        var answer = await LoginAsync();
        Token = answer.Json["token"]!["token"]!.GetValue<string>();
        return Token;
    }

    public void Dispose() => _client.Dispose();

    private async Task<BigIpAnswer> SendAsync(string method, string path, string? body)
    {
        // A route domain arrives escaped: Uri must not undo it.
        var uri = new Uri(_client.BaseAddress!.GetLeftPart(UriPartial.Authority) + path, new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true });
        using var request = new HttpRequestMessage(new HttpMethod(method), uri);
        request.Content = body is null ? null : new StringContent(body, Encoding.UTF8, "application/json");
        request.Headers.Authorization = Authorization;
        Add(request, "X-F5-Auth-Token", Token);
        Add(request, "X-F5-REST-Coordination-Id", Transaction);
        using var response = await _client.SendAsync(request, TestContext.Current.CancellationToken);
        var text = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        return new BigIpAnswer(response.StatusCode, response.Content.Headers.ContentType?.MediaType, text);
    }

    private static void Add(HttpRequestMessage request, string name, string? value)
    {
        if (value is not null)
        {
            request.Headers.Add(name, value);
        }
    }
}

internal sealed record BigIpAnswer(HttpStatusCode Status, string? MediaType, string Text)
{
    public JsonObject Json => JsonNode.Parse(Text)!.AsObject();

    public string Message => Json["message"]!.GetValue<string>();
}
