using AppStatus.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Adds the ready-made authentication schemes for operators.</summary>
public static class AppStatusAuthenticationBuilderExtensions
{
    /// <summary>HTTP Basic with configured users. Serve it over TLS: Basic sends the password with each request.</summary>
    public static AuthenticationBuilder AddAppStatusBasic(this AuthenticationBuilder builder, Action<BasicAuthenticationOptions> configure) =>
        builder.AddScheme<BasicAuthenticationOptions, BasicAuthenticationHandler>(OperatorAuthenticationDefaults.BasicScheme, configure);

    /// <summary>Bearer tokens that are configured. Serve it over TLS.</summary>
    public static AuthenticationBuilder AddAppStatusBearer(this AuthenticationBuilder builder, Action<BearerAuthenticationOptions> configure) =>
        builder.AddScheme<BearerAuthenticationOptions, BearerAuthenticationHandler>(OperatorAuthenticationDefaults.BearerScheme, configure);
}
