using AppStatus.Core.Errors;

namespace AppStatus.Core.Balancers.F5;

/// <summary>Turns what a device answers into errors that say what to do.</summary>
internal static class F5Faults
{
    public static AppStatusException Of(F5Response response, string host, object? target)
    {
        string said = response.Message.Length > 0 ? response.Message.TrimEnd('.') : $"status {response.Status}";
        string about = target is null ? "" : $" for {SafeText.Condensed(target.ToString())}";
        switch (response.Status)
        {
            case 401:
                return new AppStatusException(ErrorId.AuthenticationFailed, $"{host} does not accept the session any more: {said}.", $"Connect again: Connect-F5 {host}", target ?? host);
            case 403:
                return new AppStatusException(ErrorId.AccessDenied, $"The user may not do this on {host}{about}: {said}. Nothing was changed.",
                    "Setting members' states needs the role Operator or higher in their partition; ratios need Manager.", target ?? host);
            case 404 when response.Target.IndexOf("/tm/transaction/", StringComparison.Ordinal) >= 0:
                return new AppStatusException(ErrorId.BalancerRefused, $"{host} dropped the transaction{about} before it was committed: {said}. Nothing was changed.", "Run the command again.", target ?? host);
            case 404 when said.IndexOf("Pool Member", StringComparison.OrdinalIgnoreCase) >= 0:
                return MemberNotFound(host, target, said);
            case 404 when said.IndexOf("requested Pool", StringComparison.OrdinalIgnoreCase) >= 0 || target is F5PoolTarget:
                return new AppStatusException(ErrorId.PoolNotFound, $"{host} has no pool{(target is null ? "" : $" {SafeText.Condensed(target.ToString())}")}: {said}.",
                    "List them with Get-F5Pool; names are case-sensitive, and outside /Common they need their partition.", target?.ToString());
            case 404 when target is PoolMember:
                return MemberNotFound(host, target, said);
            case 404:
                return new AppStatusException(ErrorId.HttpError, $"{host} does not know what '{response.Target}' asks for: {said}.", "", target ?? host);
            case 400 or 409 or 406 or 422:
                return new AppStatusException(ErrorId.BalancerRefused, $"{host} refused '{response.Target}': {said}. Nothing was changed.", "", target ?? host);
            case >= 300 and < 400:
                return new AppStatusException(ErrorId.RedirectRefused, $"{host} redirects '{response.Target}' elsewhere, which is not followed.",
                    "Is this address a BIG-IP's management interface?", target ?? host);
            default:
                return new AppStatusException(ErrorId.HttpError, $"{host} answered '{response.Target}' with {response.Status}: {said}.",
                    response.Status == 503 ? "The unit is busy or starting: try again in a minute." : "", target ?? host);
        }
    }

    public static AppStatusException MemberNotFound(string host, object? target, string said) => new(ErrorId.MemberNotFound,
        $"{host} has no member {SafeText.Condensed(target?.ToString())}: {said}. Nothing was changed.", "List the pool's members with Get-F5PoolMember.", target);

    public static AppStatusException OfLogin(F5Response response, string host, string user)
    {
        string said = response.Message.Length > 0 ? response.Message.TrimEnd('.') : $"status {response.Status}";
        if (response.IsStarting || response.Status is 502 or 503 or 504) return Starting(host, said);
        if (response.Status is 400 && said.IndexOf("token", StringComparison.OrdinalIgnoreCase) >= 0)
        {
            return new AppStatusException(ErrorId.TokenLimitReached, $"{host} gives '{user}' no more tokens (100 is a user's most): {said}.",
                "Disconnect other sessions with Disconnect-F5, or wait until their tokens end (20 minutes by default).", host);
        }

        return response.Status is 401 or 403
            ? new AppStatusException(ErrorId.AuthenticationFailed, $"{host} refused the login of '{user}': {said}.",
                "Check the user, the password and -LoginProvider (tmos for local users and most remote ones).", host)
            : Of(response, host, target: null);
    }

    private static AppStatusException Starting(string host, string said) => new(ErrorId.Unreachable,
        $"{host} is starting and takes no logins yet: {said}.", "Try again in a minute.", host);
}
