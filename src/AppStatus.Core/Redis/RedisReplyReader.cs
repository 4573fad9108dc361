using System.Globalization;
using System.Text;

namespace AppStatus.Core.Redis;

/// <summary>What was received is no RESP2, or is more than is taken.</summary>
internal sealed class RedisProtocolException(string message) : Exception(message);

/// <summary>
/// Reads RESP2 replies from bytes that come in any pieces. It keeps its place within a reply, so that a large one that
/// comes in small pieces costs no more than its length. See https://redis.io/docs/latest/develop/reference/protocol-spec/.
/// </summary>
internal sealed class RedisReplyReader(RedisLimits limits)
{
    private readonly Stack<OpenArray> _open = new();
    private byte[] _buffer = new byte[4096];
    private int _start;
    private int _end;
    private int _scanned;
    private int _bulk = -1;
    private long _bytes;
    private int _items;

    /// <summary>True between two replies, when nothing of a next one is there.</summary>
    public bool IsAtRest => _start == _end && _open.Count == 0 && _bulk < 0;

    public void Append(ReadOnlySpan<byte> bytes)
    {
        if (_buffer.Length - _end < bytes.Length) MakeRoom(bytes.Length);
        bytes.CopyTo(_buffer.AsSpan(_end));
        _end += bytes.Length;
    }

    /// <summary>The next whole reply; null when more bytes are needed.</summary>
    /// <exception cref="RedisProtocolException">The bytes are no RESP2 or pass a limit; the connection can't be used any more.</exception>
    public RedisValue? Read()
    {
        while (true)
        {
            RedisValue? value = ReadElement(out bool opened);
            if (opened) continue;
            if (value is null) return null;

            // An item may end its array, which may end the one around it.
            while (_open.Count > 0)
            {
                OpenArray array = _open.Peek();
                array.Items.Add(value);
                if (array.Items.Count < array.Count) break;
                value = RedisValue.Array(_open.Pop().Items);
                if (_open.Count == 0) return Whole(value);
            }

            if (_open.Count == 0) return Whole(value);
        }
    }

    private RedisValue Whole(RedisValue value)
    {
        _bytes = 0;
        _items = 0;
        return value;
    }

    private RedisValue? ReadElement(out bool opened)
    {
        opened = false;
        if (_bulk >= 0) return ReadBulk();

        if (!TryReadLine(out ReadOnlySpan<byte> line)) return null;
        if (line.Length == 0) throw new RedisProtocolException("it sent an empty line where a reply begins");
        if (++_items > limits.Items) throw new RedisProtocolException($"a reply has more than {limits.Items} items");

        ReadOnlySpan<byte> rest = line.Slice(1);
        switch ((char)line[0])
        {
            case '+': return RedisValue.Simple(rest.ToArray());
            case '-': return RedisValue.Error(rest.ToArray());
            case ':': return RedisValue.OfInteger(Number(rest));
            case '$':
                int length = Length(rest, limits.BulkBytes, "a string", "bytes");
                if (length < 0) return RedisValue.Null();
                _bulk = length;
                return ReadBulk();
            case '*':
                int count = Length(rest, limits.Items, "an array", "items");
                if (count < 0) return RedisValue.Null();
                if (count == 0) return RedisValue.Array([]);
                if (_open.Count >= limits.Depth) throw new RedisProtocolException($"arrays are nested deeper than {limits.Depth}");
                _open.Push(new OpenArray(count));
                opened = true;
                return null;
            default:
                throw new RedisProtocolException(string.Format(CultureInfo.InvariantCulture, "a reply begins with byte 0x{0:X2}", line[0]));
        }
    }

    private RedisValue? ReadBulk()
    {
        if (_end - _start < _bulk + 2) return null;
        if (_buffer[_start + _bulk] != '\r' || _buffer[_start + _bulk + 1] != '\n') throw new RedisProtocolException("a string is longer than it says");
        var value = RedisValue.Bulk(_buffer.AsSpan(_start, _bulk).ToArray());
        Consume(_bulk + 2);
        _bulk = -1;
        return value;
    }

    private bool TryReadLine(out ReadOnlySpan<byte> line)
    {
        line = default;
        ReadOnlySpan<byte> unread = _buffer.AsSpan(_start, _end - _start);
        int newline = unread.Slice(_scanned).IndexOf((byte)'\n');
        int length = newline < 0 ? unread.Length : _scanned + newline;
        if (length > limits.LineBytes) throw new RedisProtocolException($"a line is longer than {limits.LineBytes} bytes");
        if (newline < 0)
        {
            _scanned = unread.Length;
            return false;
        }

        if (length == 0 || unread[length - 1] != '\r') throw new RedisProtocolException("a line does not end in CR LF");
        line = unread.Slice(0, length - 1);
        Consume(length + 1);
        return true;
    }

    private void Consume(int count)
    {
        _start += count;
        _scanned = 0;
        _bytes += count;
        if (_bytes > limits.ReplyBytes) throw new RedisProtocolException($"a reply is larger than {limits.ReplyBytes} bytes");
    }

    private void MakeRoom(int more)
    {
        int unread = _end - _start;
        // A string says beforehand how long it is: room for all of it is made once.
        int needed = Math.Max(unread + more, _bulk + 2);
        byte[] target = needed > _buffer.Length ? new byte[Math.Max(needed, _buffer.Length * 2)] : _buffer;
        Buffer.BlockCopy(_buffer, _start, target, 0, unread);
        _buffer = target;
        _start = 0;
        _end = unread;
    }

    private static int Length(ReadOnlySpan<byte> digits, int limit, string what, string unit)
    {
        long length = Number(digits);
        if (length < -1) throw new RedisProtocolException($"{what} has a negative length");
        return length <= limit ? (int)length : throw new RedisProtocolException($"{what} of {length} {unit} is more than {limit}");
    }

    private static long Number(ReadOnlySpan<byte> digits)
    {
        // The longest is -9223372036854775808.
        if (digits.Length <= 20 && long.TryParse(Encoding.ASCII.GetString(digits.ToArray()), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long value)) return value;
        throw new RedisProtocolException("a number can't be read");
    }

    private sealed class OpenArray(int count)
    {
        public int Count { get; } = count;

        // What is promised is not believed: the room grows with what comes.
        public List<RedisValue> Items { get; } = new(Math.Min(count, 1024));
    }
}
