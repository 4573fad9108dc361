using System.Collections;
using System.Globalization;
using System.Text;

namespace AppStatus.Core.Balancers.Elb;

/// <summary>The form that a query action is called with.</summary>
internal sealed class QueryParameters : IEnumerable<KeyValuePair<string, string>>
{
    private readonly List<KeyValuePair<string, string>> _values = [];

    public QueryParameters Add(string name, string value)
    {
        _values.Add(new KeyValuePair<string, string>(name, value));
        return this;
    }

    public QueryParameters Add(string name, int value) => Add(name, value.ToString(CultureInfo.InvariantCulture));

    /// <summary><c>Name.member.1</c>, <c>Name.member.2</c>, …</summary>
    public QueryParameters AddList(string name, IEnumerable<string> values)
    {
        int number = 0;
        foreach (string value in values) Add(FormattableString.Invariant($"{name}.member.{++number}"), value);
        return this;
    }

    public QueryParameters With(IEnumerable<KeyValuePair<string, string>> others)
    {
        _values.AddRange(others);
        return this;
    }

    /// <summary>As it is sent and signed.</summary>
    public byte[] ToBody() => Encoding.UTF8.GetBytes(string.Join("&", _values.Select(pair => $"{Uri.EscapeDataString(pair.Key)}={Uri.EscapeDataString(pair.Value)}")));

    public IEnumerator<KeyValuePair<string, string>> GetEnumerator() => _values.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
