using System.Globalization;
using System.Text;

namespace AppStatus.Core.Redis;

internal enum RedisKind
{
    Null,
    SimpleString,
    Error,
    Integer,
    Bulk,
    Array,
}

/// <summary>One reply, or one item of a reply.</summary>
internal sealed class RedisValue
{
    private readonly long _integer;

    private RedisValue(RedisKind kind, byte[]? bytes = null, long integer = 0, IReadOnlyList<RedisValue>? items = null)
    {
        Kind = kind;
        Bytes = bytes ?? [];
        Items = items ?? [];
        _integer = integer;
    }

    public RedisKind Kind { get; }

    public bool IsNull => Kind == RedisKind.Null;

    /// <summary>What a string or an error holds; empty for all else.</summary>
    public byte[] Bytes { get; }

    /// <summary>What an array holds; empty for all else.</summary>
    public IReadOnlyList<RedisValue> Items { get; }

    public static RedisValue Null() => new(RedisKind.Null);

    public static RedisValue Simple(byte[] bytes) => new(RedisKind.SimpleString, bytes);

    public static RedisValue Error(byte[] bytes) => new(RedisKind.Error, bytes);

    public static RedisValue OfInteger(long value) => new(RedisKind.Integer, integer: value);

    public static RedisValue Bulk(byte[] bytes) => new(RedisKind.Bulk, bytes);

    public static RedisValue Array(IReadOnlyList<RedisValue> items) => new(RedisKind.Array, items: items);

    /// <summary>As text; an integer in digits, nothing for null and arrays.</summary>
    public string Text => Kind == RedisKind.Integer ? _integer.ToString(CultureInfo.InvariantCulture) : Encoding.UTF8.GetString(Bytes);

    /// <summary>As a number; null where it is none. Redis keeps numbers as strings, so both count.</summary>
    public long? Integer => Kind switch
    {
        RedisKind.Integer => _integer,
        RedisKind.Bulk or RedisKind.SimpleString when long.TryParse(Text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long value) => value,
        _ => null,
    };

    public override string ToString() => Kind switch
    {
        RedisKind.Null => "(nil)",
        RedisKind.Array => "[" + string.Join(", ", Items) + "]",
        RedisKind.Error => "-" + Text,
        _ => Text,
    };
}
