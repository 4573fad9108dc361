using AppStatus.AspNetCore;
using AppStatus.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Microsoft.AspNetCore.Builder;

/// <summary>Maps the status endpoint.</summary>
public static class AppStatusEndpointRouteBuilderExtensions
{
    /// <summary>
    /// GET and HEAD for everybody, POST for operators. Without any authentication scheme nobody is an operator, and every POST is a 403.
    /// </summary>
    /// <exception cref="InvalidOperationException"><c>AddAppStatus</c> has not been called.</exception>
    public static IEndpointConventionBuilder MapAppStatus(this IEndpointRouteBuilder endpoints, string pattern = "/appstatus")
    {
        var endpoint = endpoints.ServiceProvider.GetRequiredService<StatusEndpoint>();
        var options = endpoints.ServiceProvider.GetRequiredService<IOptions<AppStatusOptions>>().Value;
        var group = endpoints.MapGroup(pattern);
        group.MapMethods("", [HttpMethods.Get, HttpMethods.Head], (RequestDelegate)endpoint.GetAsync).AllowAnonymous();

        var schemes = endpoints.ServiceProvider.GetService<IOptions<AuthenticationOptions>>()?.Value.SchemeMap;
        if (options.AuthorizationPolicy is { } policy)
        {
            group.MapPost("", (RequestDelegate)endpoint.PostAsync).RequireAuthorization(policy);
        }
        else if (schemes is { Count: > 0 })
        {
            group.MapPost("", (RequestDelegate)endpoint.PostAsync).RequireAuthorization(OperatorPolicy(options.OperatorRole, schemes.Keys));
        }
        else
        {
            group.MapPost("", StatusEndpoint.RefusePostAsync).AllowAnonymous();
        }

        return group;
    }

    private static AuthorizationPolicy OperatorPolicy(string role, IEnumerable<string> registered) =>
        new AuthorizationPolicyBuilder([.. registered.Where(OperatorAuthenticationDefaults.IsOurs)]).RequireRole(role).Build();
}
