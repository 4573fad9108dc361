using AppStatus.Core.Errors;

namespace AppStatus.Core.Balancers.Elb;

/// <summary>Turns the error codes of AWS into errors that say what to do.</summary>
internal static class ElbFaults
{
    public static AppStatusException Of(QueryAnswer answer, string host, object? target)
    {
        string said = $"{SafeText.Condensed(answer.Code.Length > 0 ? answer.Code : $"status {answer.Status}")}: {answer.Message.TrimEnd('.')}";
        string about = target is null ? "" : $" for {SafeText.Condensed(target.ToString())}";
        object subject = target ?? host;
        switch (answer.Code)
        {
            case "TargetGroupNotFound" or "LoadBalancerNotFound" or "AccessPointNotFound":
                return PoolNotFound(host, target, said);
            case "RuleNotFound" or "ListenerNotFound":
                return new AppStatusException(ErrorId.PoolNotFound, $"{host} has no such rule or listener{about}: {said}.", "List them with 'aws elbv2 describe-rules --listener-arn …'.", subject);
            case "InvalidTarget" or "InvalidInstance" or "InvalidEndPoint":
                return new AppStatusException(ErrorId.MemberNotFound, $"{host} knows no such target{about}: {said}. Nothing was changed.", "List the targets with Get-ElbTarget.", subject);
            case "AccessDenied" or "AccessDeniedException" or "UnauthorizedOperation" or "OptInRequired":
                return new AppStatusException(ErrorId.AccessDenied, $"These credentials may not call {answer.Action}{about}: {said}. Nothing was changed.",
                    "docs/balancers/aws-elb.md lists the IAM actions that are needed.", subject);
            case "SignatureDoesNotMatch" or "RequestExpired" or "RequestTimeTooSkewed":
                return new AppStatusException(ErrorId.AuthenticationFailed, $"{host} does not accept the signature of {answer.Action}: {said}.", "Check the secret key, the region and this machine's clock.", subject);
            case "InvalidClientTokenId" or "UnrecognizedClientException" or "AuthFailure" or "MissingAuthenticationToken" or "IncompleteSignature" or "ExpiredToken" or "ExpiredTokenException":
                return new AppStatusException(ErrorId.AuthenticationFailed, $"{host} does not accept the credentials: {said}.", "Renew them (for a session: its token, too), or pass another -ProfileName.", subject);
        }

        if (answer.IsThrottled)
        {
            return new AppStatusException(ErrorId.HttpError, $"AWS goes on throttling {answer.Action}{about}: {said}. It was not carried out.",
                "Other callers use up this account's rate in the region: try again in a minute, or with a lower -ThrottleLimit.", subject);
        }

        return answer.Status switch
        {
            >= 300 and < 400 => new AppStatusException(ErrorId.RedirectRefused, $"{host} redirects {answer.Action} elsewhere, which is not followed.", "Is -EndpointUri an endpoint of AWS?", subject),
            401 or 403 when answer.Code.Length == 0 => new AppStatusException(ErrorId.AccessDenied, $"{host} refused {answer.Action}{about}: {said}.", "A proxy on the way, perhaps?", subject),
            >= 400 and < 500 when answer.Code.Length > 0 => new AppStatusException(ErrorId.BalancerRefused, $"{host} refused {answer.Action}{about}: {said}. Nothing was changed.", "", subject),
            _ => new AppStatusException(ErrorId.HttpError, $"{host} answered {answer.Action} with {answer.Status}: {said}.", "", subject),
        };
    }

    public static AppStatusException PoolNotFound(string host, object? pool, string said) => new(ErrorId.PoolNotFound,
        $"{host} has no {(pool is PoolMember member ? member.Pool : SafeText.Condensed(pool?.ToString()))}: {said}.", "Check the name and the region; names are case-sensitive.", pool);
}
