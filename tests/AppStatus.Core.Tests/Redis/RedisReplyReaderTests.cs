using System.Text;
using AppStatus.Core.Redis;

namespace AppStatus.Core.Tests.Redis;

public sealed class RedisReplyReaderTests
{
    private const string Wire =
        "+OK\r\n-ERR no\r\n:-42\r\n$6\r\nab\r\ncd\r\n$0\r\n\r\n$-1\r\n*-1\r\n*0\r\n" +
        "*3\r\n:1\r\n*2\r\n$1\r\nx\r\n*1\r\n+deep\r\n$-1\r\n*1\r\n*1\r\n*0\r\n:7\r\n";

    private static readonly string[] Replies = ["OK", "-ERR no", "-42", "ab\r\ncd", "", "(nil)", "(nil)", "[]", "[1, [x, [deep]], (nil)]", "[[[]]]", "7"];

    [Fact]
    public void Replies_are_the_same_wherever_the_bytes_are_torn()
    {
        byte[] bytes = Encoding.ASCII.GetBytes(Wire);
        for (int first = 0; first <= bytes.Length; first++)
        {
            for (int second = first; second <= bytes.Length; second += 3)
            {
                var reader = new RedisReplyReader(new RedisLimits());
                var replies = new List<string>();
                foreach (byte[] piece in new byte[][] { bytes.AsSpan(0, first).ToArray(), bytes.AsSpan(first, second - first).ToArray(), bytes.AsSpan(second).ToArray() })
                {
                    reader.Append(piece);
                    while (reader.Read() is { } reply) replies.Add(reply.ToString());
                }

                replies.SequenceEqual(Replies, StringComparer.Ordinal).ShouldBeTrue($"torn at {first} and {second}: {string.Join(" | ", replies)}");
                reader.IsAtRest.ShouldBeTrue();
            }
        }
    }

    [Fact]
    public void Bytes_may_come_one_by_one()
    {
        var reader = new RedisReplyReader(new RedisLimits());
        var replies = new List<string>();
        foreach (byte piece in Encoding.ASCII.GetBytes(Wire))
        {
            reader.Append([piece]);
            while (reader.Read() is { } reply) replies.Add(reply.ToString());
        }

        replies.ShouldBe(Replies);
    }

    [Fact]
    public void No_reply_is_made_of_a_part()
    {
        byte[] bytes = "*2\r\n$3\r\nabc\r\n:12\r\n"u8.ToArray();
        for (int length = 0; length < bytes.Length; length++)
        {
            var reader = new RedisReplyReader(new RedisLimits());
            reader.Append(bytes.AsSpan(0, length));
            reader.Read().ShouldBeNull($"{length} bytes are not all");
            reader.IsAtRest.ShouldBe(length == 0);
        }
    }

    [Fact]
    public void A_large_string_in_small_pieces_comes_whole()
    {
        byte[] value = new byte[300_000];
        new Random(3).NextBytes(value);
        byte[] bytes = [.. Encoding.ASCII.GetBytes($"${value.Length}\r\n"), .. value, .. "\r\n"u8];
        var reader = new RedisReplyReader(new RedisLimits());
        RedisValue? reply = null;
        for (int at = 0; at < bytes.Length; at += 777)
        {
            reply.ShouldBeNull();
            reader.Append(bytes.AsSpan(at, Math.Min(777, bytes.Length - at)).ToArray());
            reply = reader.Read();
        }

        reply.ShouldNotBeNull().Bytes.AsSpan().SequenceEqual(value).ShouldBeTrue();
    }

    [Theory]
    [InlineData("HTTP/1.1 400 Bad Request\r\n")]
    [InlineData("\r\n")]
    [InlineData("+OK\n")]
    [InlineData(":\r\n")]
    [InlineData(":1 2\r\n")]
    [InlineData(":99999999999999999999\r\n")]
    [InlineData("$-2\r\n")]
    [InlineData("*-7\r\n")]
    [InlineData("$2\r\nabc\r\n")]
    [InlineData("$x\r\n")]
    public void What_is_no_reply_is_refused(string wire) => Should.Throw<RedisProtocolException>(() => ReadAll(wire, new RedisLimits()));

    [Theory]
    [InlineData("$11\r\n")]
    [InlineData("*9\r\n")]
    [InlineData("*1\r\n*1\r\n*1\r\n*1\r\n")]
    [InlineData("*5\r\n:1\r\n*3\r\n:2\r\n:3\r\n:4\r\n:5\r\n:6\r\n*2\r\n")]
    [InlineData("+0123456789012345678901")]
    [InlineData("*5\r\n$10\r\n0123456789\r\n$10\r\n0123456789\r\n$10\r\n0123456789\r\n")]
    public void More_than_the_limits_is_refused_before_it_is_taken(string wire)
    {
        var limits = new RedisLimits { BulkBytes = 10, Items = 8, Depth = 3, LineBytes = 20, ReplyBytes = 48 };
        Should.Throw<RedisProtocolException>(() => ReadAll(wire, limits));
    }

    [Fact]
    public void Limits_count_for_each_reply_anew()
    {
        var limits = new RedisLimits { Items = 3, ReplyBytes = 16 };
        ReadAll(string.Concat(Enumerable.Repeat("*2\r\n:1\r\n:2\r\n", 50)), limits).Count.ShouldBe(50);
    }

    private static List<RedisValue> ReadAll(string wire, RedisLimits limits)
    {
        var reader = new RedisReplyReader(limits);
        reader.Append(Encoding.ASCII.GetBytes(wire));
        var replies = new List<RedisValue>();
        while (reader.Read() is { } reply) replies.Add(reply);
        return replies;
    }
}
