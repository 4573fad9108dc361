using System.Globalization;
using System.Xml.Linq;

namespace AppStatus.Core.Balancers.Elb;

/// <summary>A target group, as it was when the session connected.</summary>
/// <param name="TargetType"><c>instance</c>, <c>ip</c>, <c>alb</c> or <c>lambda</c>.</param>
/// <param name="InUse">Whether any load balancer forwards to it; targets of one that is not never become healthy.</param>
internal sealed record TargetGroup(string Name, string Arn, string TargetType, bool InUse)
{
    /// <summary>How long a target is <c>draining</c>, whatever is in flight.</summary>
    public TimeSpan DeregistrationDelay { get; init; } = TimeSpan.FromSeconds(300);

    public static TargetGroup Of(XElement element) => new(
        element.Text("TargetGroupName"), element.Text("TargetGroupArn"), element.Text("TargetType") is { Length: > 0 } type ? type : "instance",
        element.List("LoadBalancerArns").Any());

    /// <summary>With what DescribeTargetGroupAttributes says.</summary>
    public TargetGroup With(XElement attributes) =>
        double.TryParse(attributes.AttributeValue("deregistration_delay.timeout_seconds"), NumberStyles.Float, CultureInfo.InvariantCulture, out double seconds)
            ? this with { DeregistrationDelay = TimeSpan.FromSeconds(seconds) }
            : this;
}
