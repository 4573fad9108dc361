using AppStatus.Core.Errors;

namespace AppStatus.Core.Balancers.Elb;

/// <summary><c>arn:partition:elasticloadbalancing:region:account:kind/…</c></summary>
internal sealed record ElbArn
{
    private const string Service = "elasticloadbalancing";

    private ElbArn(string text, string region, string account, string resource)
    {
        Text = text;
        Region = region;
        Account = account;
        Parts = resource.Split('/');
    }

    public string Text { get; }

    public string Region { get; }

    public string Account { get; }

    /// <summary><c>targetgroup</c>, <c>listener-rule</c> or <c>listener</c>.</summary>
    public string Kind => Parts[0];

    /// <summary>A target group's name.</summary>
    public string Name => Parts[1];

    private IReadOnlyList<string> Parts { get; }

    /// <exception cref="AppStatusException"><see cref="ErrorId.InvalidArgument"/>: it is no ARN of one of these kinds.</exception>
    public static ElbArn Of(string text, params string[] kinds)
    {
        string[] fields = text.Split([':'], 6);
        if (fields.Length == 6 && fields[0] == "arn" && fields[2] == Service && fields[3].Length > 0)
        {
            var arn = new ElbArn(text, region: fields[3], account: fields[4], resource: fields[5]);
            int least = arn.Kind == "targetgroup" ? 3 : arn.Kind == "listener" ? 5 : 6;
            if (kinds.Contains(arn.Kind, StringComparer.Ordinal) && arn.Parts.Count >= least) return arn;
        }

        throw new AppStatusException(ErrorId.InvalidArgument, $"'{SafeText.Condensed(text)}' is no ARN of a {string.Join(" or ", kinds)}.",
            $"It looks like arn:aws:{Service}:us-east-1:123456789012:{kinds[0]}/…; 'aws elbv2 describe-target-groups' and 'aws elbv2 describe-rules' show them.", text);
    }

    /// <summary>The listener that a rule belongs to; a listener is its own.</summary>
    public string ListenerArn => Kind == "listener" ? Text
        : Text.Substring(0, Text.LastIndexOf('/')).Replace(":listener-rule/", ":listener/");
}
