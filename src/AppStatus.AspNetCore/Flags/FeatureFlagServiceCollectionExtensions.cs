using AppStatus.AspNetCore.Flags;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Registers what feature flags need.</summary>
public static class FeatureFlagServiceCollectionExtensions
{
    /// <summary>Adds <see cref="IFeatureFlags"/>, which reads flags such as <c>Set-FeatureFlag</c> writes out of a Redis, in the background.</summary>
    public static IServiceCollection AddFeatureFlags(this IServiceCollection services, Action<FeatureFlagOptions>? configure = null)
    {
        services.AddOptions<FeatureFlagOptions>().Configure(options => configure?.Invoke(options)).ValidateOnStart();
        services.AddSingleton<IValidateOptions<FeatureFlagOptions>, FeatureFlagOptionsCheck>();
        services.AddSingleton(provider => new FlagWatcher(
            provider.GetRequiredService<IOptions<FeatureFlagOptions>>(), provider.GetRequiredService<ILogger<FlagWatcher>>(), provider.GetService<TimeProvider>()));
        services.AddSingleton<IFeatureFlags>(provider => provider.GetRequiredService<FlagWatcher>());
        services.AddHostedService(provider => provider.GetRequiredService<FlagWatcher>());
        return services;
    }
}
