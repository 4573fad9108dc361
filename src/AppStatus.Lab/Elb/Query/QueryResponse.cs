using System.Text;
using System.Xml.Linq;

namespace AppStatus.Lab.Elb.Query;

/// <summary>An answer as the API writes it.</summary>
internal sealed record QueryResponse(int Status, XElement Root)
{
    private const string RequestId = "f9880f01-7852-629d-a6c3-3ae2-666a409287e6dc0c";

    public byte[] Bytes => Encoding.UTF8.GetBytes(Root.ToString(SaveOptions.DisableFormatting));

    /// <param name="result">What stands in the result element; nothing for an action without one.</param>
    public static QueryResponse Of(QueryRequest request, params object?[] result)
    {
        var root = request.IsEc2
            ? new XElement($"{request.Action}Response", new XElement("requestId", RequestId), result)
            : new XElement($"{request.Action}Response", new XElement($"{request.Action}Result", result), new XElement("ResponseMetadata", new XElement("RequestId", RequestId)));
        return new QueryResponse(200, InNamespace(root, Namespace(request)));
    }

    public static QueryResponse Of(QueryRequest request, QueryRefusal refusal)
    {
        var error = new XElement("Error", new XElement("Code", refusal.Code), new XElement("Message", refusal.Message));
        if (request.IsEc2)
        {
            return new QueryResponse(refusal.Status, new XElement("Response", new XElement("Errors", error), new XElement("RequestID", RequestId)));
        }

        error.AddFirst(new XElement("Type", refusal.Status < 500 ? "Sender" : "Receiver"));
        return new QueryResponse(refusal.Status, InNamespace(new XElement("ErrorResponse", error, new XElement("RequestId", RequestId)), Namespace(request)));
    }

    private static string Namespace(QueryRequest request) =>
        request.IsEc2 ? $"http://ec2.amazonaws.com/doc/{request.Version}/" : $"http://elasticloadbalancing.amazonaws.com/doc/{request.Version}/";

    private static XElement InNamespace(XElement element, XNamespace names) =>
        new(names + element.Name.LocalName, element.HasElements ? element.Elements().Select(child => InNamespace(child, names)) : element.Value);
}
