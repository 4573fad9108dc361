using System.Net.Http.Headers;
using System.Text;
using AppStatus.AspNetCore;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace AppStatus.Integration.Tests.Lab.StatusEndpoint;

/// <summary>An application with a status endpoint, set up as a user of the package would, on a free port.</summary>
internal sealed class StatusApplication : IAsyncDisposable
{
    public const string User = "deploy";
    public const string Password = "pässword:with colon";
    public const string Token = "t0ken-0f-the-pipeline";

    private readonly WebApplication _application;

    private StatusApplication(WebApplication application)
    {
        _application = application;
        Client = new HttpClient { BaseAddress = new Uri(application.Urls.Single()) };
    }

    public HttpClient Client { get; }

    public IAppStatusSource Status => _application.Services.GetRequiredService<IAppStatusSource>();

    public static async Task<StatusApplication> StartAsync(Action<AppStatusOptions>? configure = null, Action<AuthenticationBuilder>? authenticate = null)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Services.AddAppStatus(options =>
        {
            options.StatusFile = null;
            options.Version = "1.3.6";
            configure?.Invoke(options);
        });
        (authenticate ?? WithBoth)(builder.Services.AddAuthentication());
        var application = builder.Build();
        application.MapAppStatus("/appstatus");
        await application.StartAsync(TestContext.Current.CancellationToken);
        return new StatusApplication(application);
    }

    public static AuthenticationHeaderValue Basic(string user, string password) =>
        new("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{user}:{password}")));

    public static StringContent Json(string body) => new(body, Encoding.UTF8, "application/json");

    public Task<HttpResponseMessage> GetAsync(string? accept = null)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, "/appstatus");
        if (accept is not null)
        {
            request.Headers.TryAddWithoutValidation("Accept", accept);
        }

        return Client.SendAsync(request, TestContext.Current.CancellationToken);
    }

    /// <summary>Posts as the operator.</summary>
    public Task<HttpResponseMessage> PostAsync(HttpContent? content) => PostAsync(content, Basic(User, Password));

    public Task<HttpResponseMessage> PostAsync(HttpContent? content, AuthenticationHeaderValue? authorization)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, "/appstatus") { Content = content };
        request.Headers.Authorization = authorization;
        return Client.SendAsync(request, TestContext.Current.CancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await _application.DisposeAsync();
    }

    private static void WithBoth(AuthenticationBuilder authentication) => authentication
        .AddAppStatusBasic(basic => basic.AddUser(User, Password).AddUser("reader", "reads", "reader"))
        .AddAppStatusBearer(bearer => bearer.AddToken("pipeline", Token).AddToken("monitoring", "reads", "reader"));
}
