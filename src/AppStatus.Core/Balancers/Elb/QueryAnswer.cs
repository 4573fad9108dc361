using System.Text;
using System.Xml;
using System.Xml.Linq;

namespace AppStatus.Core.Balancers.Elb;

/// <summary>What a query action was answered with. Namespaces are not looked at: they change with the version, the names don't.</summary>
internal sealed record QueryAnswer(int Status, byte[] Body, string Action)
{
    /// <summary>Errors by which AWS asks for a pause: the request had no effect.</summary>
    private static readonly string[] Throttles =
        ["Throttling", "ThrottlingException", "ThrottledException", "RequestThrottled", "RequestLimitExceeded", "DependencyThrottle", "SlowDown"];

    private static readonly string[] BadMoments = ["HealthUnavailable", "ServiceUnavailable", "InternalFailure", "InternalError", "Unavailable"];

    private readonly Lazy<XElement?> _root = new(() => Parse(Body));

    public bool Succeeded => Status is >= 200 and < 300;

    /// <summary>Null where the body is no XML.</summary>
    public XElement? Root => _root.Value;

    /// <summary>The error's code; empty where there is none.</summary>
    public string Code => Error?.Text("Code") ?? "";

    /// <summary>The error's text, safe to show.</summary>
    public string Message => SafeText.Condensed(Error?.Text("Message") ?? Encoding.UTF8.GetString(Body, 0, Math.Min(Body.Length, 300)));

    public bool IsThrottled => !Succeeded && (Throttles.Contains(Code, StringComparer.Ordinal) || Status == 429);

    /// <summary>Whether it may be asked again in a moment, with hope.</summary>
    public bool Passes => !Succeeded && (IsThrottled || BadMoments.Contains(Code, StringComparer.Ordinal) || Status is 502 or 503 or 504);

    private XElement? Error => Root?.DescendantsAndSelf().FirstOrDefault(element => element.Name.LocalName == "Error");

    private static XElement? Parse(byte[] body)
    {
        try
        {
            using var stream = new MemoryStream(body);
            using var reader = XmlReader.Create(stream, new XmlReaderSettings { DtdProcessing = DtdProcessing.Prohibit, XmlResolver = null });
            return XElement.Load(reader);
        }
        catch (XmlException)
        {
            return null;
        }
    }
}
