using System.Globalization;
using System.Xml.Linq;

namespace AppStatus.Lab.Elb.Query;

/// <summary>Lists that come page by page: <c>PageSize</c> and <c>Marker</c> in, <c>NextMarker</c> out.</summary>
internal sealed class Pages(int defaultSize)
{
    public object?[] Of<T>(QueryRequest request, string list, IReadOnlyList<T> all, Func<T, XElement> toXml)
    {
        var size = int.TryParse(request["PageSize"], NumberStyles.None, CultureInfo.InvariantCulture, out var asked) ? Math.Clamp(asked, 1, defaultSize) : defaultSize;
        var start = 0;
        if (request["Marker"] is { Length: > 0 } marker && !int.TryParse(marker, NumberStyles.None, CultureInfo.InvariantCulture, out start))
        {
            throw QueryRefusal.Invalid("The marker is not valid.");
        }

        var page = all.Skip(start).Take(size).Select(toXml);
        return [new XElement(list, page), start + size < all.Count ? new XElement("NextMarker", start + size) : null];
    }
}
