using System.Text.Json.Nodes;
using AppStatus.Lab.BigIp.Configuration;

namespace AppStatus.Lab.BigIp.Rest.Sessions;

/// <summary>Logging in, and the life of a token.</summary>
internal sealed class SessionEndpoints(BigIpConfiguration configuration, TokenStore tokens)
{
    public const string LoginPath = "shared/authn/login";

    private const string TokensPath = "shared/authz/tokens";

    public RestResponse Login(RestRequest request)
    {
        if (request.Method != "POST")
        {
            throw RestRefusal.WrongMethod(request.Method);
        }

        var properties = new PropertyReader(request.RequiredBody);
        var user = properties.Text("username");
        if (user != configuration.User || properties.Text("password") != configuration.Password)
        {
            return RestResponse.FrameworkError(401, "Authentication failed.");
        }

        return tokens.Issue(user) is { } issued
            ? RestResponse.Json(new JsonObject
            {
                ["username"] = user,
                ["loginReference"] = new JsonObject { ["link"] = "https://localhost/mgmt/cm/system/authn/providers/tmos/login" },
                ["loginProviderName"] = properties.Text("loginProviderName") ?? "tmos",
                ["token"] = ToJson(issued),
                ["generation"] = 0,
                ["lastUpdateMicros"] = 0,
            })
            : RestResponse.FrameworkError(400, $"user {user} has reached maximum active login tokens");
    }

    /// <returns>Null where the path is not about tokens.</returns>
    public RestResponse? Tokens(RestRequest request)
    {
        if (request.Path is not [.. var prefix, var name] || string.Join('/', prefix) != TokensPath)
        {
            return null;
        }

        if (tokens.Find(name) is not { } token || !tokens.IsAlive(token))
        {
            return RestResponse.FrameworkError(404, $"URI path /{request.JoinedPath} not registered. Please verify URI is supported and wait for /available suffix to be responsive.");
        }

        switch (request.Method)
        {
            case "GET":
                return RestResponse.Json(ToJson(token));
            case "PATCH":
                return Extend(token, request);
            case "DELETE":
                tokens.Delete(name);
                return RestResponse.Json(ToJson(token));
            default:
                throw RestRefusal.WrongMethod(request.Method);
        }
    }

    private RestResponse Extend(AuthenticationToken token, RestRequest request)
    {
        var seconds = new PropertyReader(request.RequiredBody).Number("timeout", 1, int.MaxValue) ?? throw RestRefusal.Invalid("The timeout must be specified.");
        return seconds > TokenStore.MaxTimeoutSeconds
            ? RestResponse.FrameworkError(406, $"The token timeout must be at most {TokenStore.MaxTimeoutSeconds} seconds.")
            : RestResponse.Json(ToJson(tokens.Extend(token, TimeSpan.FromSeconds(seconds))));
    }

    private static JsonObject ToJson(AuthenticationToken token) => new()
    {
        ["token"] = token.Token,
        ["name"] = token.Token,
        ["userName"] = token.User,
        ["authProviderName"] = "tmos",
        ["timeout"] = (int)token.Timeout.TotalSeconds,
        ["startTime"] = token.Started.ToString("O", System.Globalization.CultureInfo.InvariantCulture),
        ["expirationMicros"] = (token.Ends - DateTimeOffset.UnixEpoch).Ticks / TimeSpan.TicksPerMicrosecond,
        ["kind"] = "shared:authz:tokens:authtokenitemstate",
        ["selfLink"] = $"https://localhost/mgmt/{TokensPath}/{token.Token}",
    };
}
