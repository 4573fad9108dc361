using System.Net.Http.Headers;
using System.Text;
using AppStatus.Lab.BigIp.Configuration;
using Microsoft.AspNetCore.Http;

namespace AppStatus.Lab.BigIp.Rest.Sessions;

/// <summary>Who calls? Basic is Apache's business, and its refusal HTML; tokens are the REST framework's, and its refusals JSON.</summary>
internal sealed class RequestAuthentication(BigIpConfiguration configuration, TokenStore tokens)
{
    private const string TokenHeader = "X-F5-Auth-Token";

    /// <returns>The refusal, or null for a caller who may.</returns>
    public RestResponse? Refuse(HttpRequest request)
    {
        // Basic beside a token is looked at first: a wrong password spoils a right token.
        if (AuthenticationHeaderValue.TryParse(request.Headers.Authorization, out var header) && header.Scheme == "Basic")
        {
            return IsRightPassword(header.Parameter) ? null : RestResponse.Html(401, "Unauthorized");
        }

        if (request.Headers[TokenHeader] is not [{ } name])
        {
            return RestResponse.Html(401, "Unauthorized");
        }

        return tokens.Find(name) is not { } token ? RestResponse.FrameworkError(401, "X-F5-Auth-Token does not exist.")
            : tokens.IsAlive(token) ? null
            : Expired();
    }

    public static RestResponse Expired() => RestResponse.FrameworkError(401, "X-F5-Auth-Token has expired.");

    private bool IsRightPassword(string? parameter)
    {
        try
        {
            return parameter is not null && Encoding.UTF8.GetString(Convert.FromBase64String(parameter)) == $"{configuration.User}:{configuration.Password}";
        }
        catch (FormatException)
        {
            return false;
        }
    }
}
