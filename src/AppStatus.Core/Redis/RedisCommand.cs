using System.Globalization;
using System.Text;

namespace AppStatus.Core.Redis;

/// <summary>A command as it goes over the wire. It can't be read back: its arguments, a password among them, are in no message.</summary>
internal sealed class RedisCommand
{
    private RedisCommand(string name, byte[] bytes)
    {
        Name = name;
        Bytes = bytes;
    }

    /// <summary>The first word, for messages.</summary>
    public string Name { get; }

    public byte[] Bytes { get; }

    /// <summary>Running it twice is the same as once: it is sent again when its answer was lost.</summary>
    public bool SafeToRepeat { get; private init; }

    public static RedisCommand Of(string name, params RedisArgument[] arguments)
    {
        using var bytes = new MemoryStream(64);
        WriteHeader(bytes, '*', arguments.Length + 1);
        WriteString(bytes, Encoding.ASCII.GetBytes(name));
        foreach (RedisArgument argument in arguments) WriteString(bytes, argument.Bytes);
        return new RedisCommand(name, bytes.ToArray());
    }

    public RedisCommand Repeatable() => new(Name, Bytes) { SafeToRepeat = true };

    public override string ToString() => Name;

    private static void WriteString(MemoryStream bytes, byte[] value)
    {
        WriteHeader(bytes, '$', value.Length);
        bytes.Write(value, 0, value.Length);
        bytes.WriteByte((byte)'\r');
        bytes.WriteByte((byte)'\n');
    }

    private static void WriteHeader(MemoryStream bytes, char kind, int number)
    {
        byte[] header = Encoding.ASCII.GetBytes(kind + number.ToString(CultureInfo.InvariantCulture) + "\r\n");
        bytes.Write(header, 0, header.Length);
    }
}

/// <summary>One argument of a command: text in UTF-8, a number in digits, or bytes.</summary>
internal readonly struct RedisArgument(byte[] bytes)
{
    public byte[] Bytes { get; } = bytes;

    public static implicit operator RedisArgument(string text) => new(Encoding.UTF8.GetBytes(text));

    public static implicit operator RedisArgument(long number) => new(Encoding.ASCII.GetBytes(number.ToString(CultureInfo.InvariantCulture)));

    public static implicit operator RedisArgument(byte[] bytes) => new(bytes);
}
