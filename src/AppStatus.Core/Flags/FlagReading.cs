using AppStatus.Core.Redis;

namespace AppStatus.Core.Flags;

/// <summary>What stands in a flag's key.</summary>
/// <param name="Kind">As Redis' TYPE has it: <c>none</c>, <c>string</c>, or something that no flag is.</param>
/// <param name="Bytes">Of a string; else empty.</param>
internal sealed record FlagReading(string Kind, byte[] Bytes)
{
    public const string None = "none", Text = "string";

    public bool IsMissing => Kind == None;

    /// <summary>The flag's value; null where there is none, or something else.</summary>
    public FlagValue? Value => Kind == Text && FlagValue.TryParse(RedisValue.Bulk(Bytes).Text, out FlagValue value) ? value : null;

    public static FlagReading Of(RedisValue reply) => reply.IsNull ? new FlagReading(None, []) : new FlagReading(Text, reply.Bytes);

    /// <summary>In words. What is no flag may be anybody's secret, so only its kind is told.</summary>
    public override string ToString() => this switch
    {
        { IsMissing: true } => "nothing",
        { Value: { } value } => value.Text,
        { Kind: Text } => FormattableString.Invariant($"a text of {Bytes.Length} bytes that is no flag's value"),
        _ => $"no text but a {Kind}",
    };
}
