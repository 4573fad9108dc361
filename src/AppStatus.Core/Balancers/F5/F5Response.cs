using System.Text;
using System.Text.Json;
using AppStatus.Core.Errors;

namespace AppStatus.Core.Balancers.F5;

/// <summary>An HTTP answer, read to its end.</summary>
internal sealed record F5Response(int Status, byte[] Body, string Target)
{
    public bool Succeeded => Status is >= 200 and < 300;

    /// <summary>
    /// A unit that boots does not know its own addresses yet: that is neither a wrong password (401) nor a missing object (404).
    /// </summary>
    public bool IsStarting => Status is 401 or 404 && Message.IndexOf("URI path not registered", StringComparison.OrdinalIgnoreCase) >= 0;

    /// <summary>The device's own words: the <c>message</c> of its JSON error, or the text of its web server's HTML page.</summary>
    public string Message
    {
        get
        {
            if (Body.Length == 0) return "";
            try
            {
                using JsonDocument document = JsonDocument.Parse(Body);
                return SafeText.Condensed(document.RootElement.Text("message"));
            }
            catch (JsonException)
            {
                return SafeText.Condensed(WithoutTags(Encoding.UTF8.GetString(Body, 0, Math.Min(Body.Length, 4096))));
            }
        }
    }

    /// <summary>The body as JSON; null where there is none, as after a DELETE.</summary>
    public JsonDocument? ReadJson()
    {
        if (Body.Length == 0) return null;
        try
        {
            return JsonDocument.Parse(Body);
        }
        catch (JsonException e)
        {
            throw new AppStatusException(ErrorId.InvalidResponse,
                $"'{Target}' was answered with {Status} and something that is no JSON: {Message}.", "Is this address a BIG-IP's management interface?", inner: e);
        }
    }

    private static string WithoutTags(string html)
    {
        var text = new StringBuilder(html.Length);
        bool inTag = false;
        foreach (char c in html)
        {
            if (c == '<') inTag = true;
            else if (c == '>') inTag = false;
            if (inTag || c == '>') text.Append(inTag && c == '<' ? " " : "");
            else text.Append(c);
        }

        return text.ToString();
    }
}
