using AppStatus.AspNetCore;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Registers what the status endpoint needs.</summary>
public static class AppStatusServiceCollectionExtensions
{
    /// <summary>
    /// Adds the status and <see cref="IAppStatusSource"/>. For POSTs add a scheme:
    /// <c>services.AddAuthentication().AddAppStatusBasic(…)</c> or <c>.AddAppStatusBearer(…)</c>, or one of the application's own.
    /// </summary>
    public static IServiceCollection AddAppStatus(this IServiceCollection services, Action<AppStatusOptions>? configure = null)
    {
        services.AddAuthorization();
        services.AddOptions<AppStatusOptions>()
            .Configure(options => configure?.Invoke(options))
            .Validate(options => options.UnavailableStatusCode is >= 200 and <= 599, "UnavailableStatusCode must be 200 to 599.")
            .Validate(options => !string.IsNullOrWhiteSpace(options.OperatorRole), "OperatorRole must name a role.")
            .ValidateOnStart();
        services.AddSingleton<StatusKeeper>();
        services.AddSingleton<IAppStatusSource>(provider => provider.GetRequiredService<StatusKeeper>());
        services.AddSingleton<StatusEndpoint>();
        return services;
    }
}
