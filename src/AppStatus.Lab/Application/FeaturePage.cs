using System.Text.Json;
using AppStatus.AspNetCore.Flags;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace AppStatus.Lab.Application;

/// <summary>What the application shows of its feature flags: one of them in its page, all that it knows in <c>/flags</c>.</summary>
internal sealed class FeaturePage(IFeatureFlags? flags, string feature)
{
    public const string DefaultFeature = "new-checkout";

    private const string Path = "/flags";

    public static void Add(IServiceCollection services, AppOptions options)
    {
        if (options.FlagsRedis is null) return;
        services.AddFeatureFlags(flags =>
        {
            flags.Redis = options.FlagsRedis;
            flags.KeyPrefix = options.FlagPrefix ?? "";
            flags.Names.Add(options.Feature ?? DefaultFeature);
        });
    }

    public static FeaturePage Map(WebApplication application, AppOptions options)
    {
        var flags = application.Services.GetService<IFeatureFlags>();
        if (flags is not null)
        {
            application.MapGet(Path, context =>
            {
                context.Response.ContentType = "application/json";
                return context.Response.WriteAsync(JsonSerializer.Serialize(flags.Known.ToDictionary(flag => flag.Name, flag => flag.Value)), context.RequestAborted);
            });
        }

        return new FeaturePage(flags, options.Feature ?? DefaultFeature);
    }

    /// <summary>What the page says: <c>, new-checkout on</c>, for everyone or for <c>?user=</c>; nothing without flags.</summary>
    public string Of(HttpRequest request)
    {
        if (flags is null) return "";
        var user = request.Query["user"].ToString();
        var on = user.Length > 0 ? flags.IsEnabled(feature, user) : flags.IsEnabled(feature);
        return $", {feature} {(on ? "on" : "off")}";
    }
}
