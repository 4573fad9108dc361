using System.Globalization;
using System.Text;
using System.Text.Json;

namespace AppStatus.Core.Deployments.Journal;

/// <summary>One record as a line: the JSON object's last property is the CRC-32C of all bytes before it.</summary>
internal static class JournalLine
{
    private const string Marker = ",\"crc\":\"";
    private const int TailLength = 8 + 8 + 2; // marker, eight hexadecimal digits, quote and brace

    public static byte[] Write(JournalRecord record)
    {
        byte[] json = JsonSerializer.SerializeToUtf8Bytes(record, JournalJson.Default.JournalRecord);
        int body = json.Length - 1; // without the closing brace
        string tail = Marker + Crc32C.Of(json.AsSpan(0, body)).ToString("x8", CultureInfo.InvariantCulture) + "\"}\n";
        byte[] line = new byte[body + tail.Length];
        json.AsSpan(0, body).CopyTo(line);
        Encoding.ASCII.GetBytes(tail, 0, tail.Length, line, body);
        return line;
    }

    /// <summary>Reads a line without its newline; null where it is torn or damaged.</summary>
    public static JournalRecord? Read(ReadOnlySpan<byte> line)
    {
        int body = line.Length - TailLength;
        if (body <= 0) return null;
        string tail = Encoding.ASCII.GetString(line.Slice(body).ToArray());
        string expected = Marker + Crc32C.Of(line.Slice(0, body)).ToString("x8", CultureInfo.InvariantCulture) + "\"}";
        if (!string.Equals(tail, expected, StringComparison.Ordinal)) return null;

        byte[] json = new byte[body + 1];
        line.Slice(0, body).CopyTo(json);
        json[body] = (byte)'}';
        return JsonSerializer.Deserialize(json, JournalJson.Default.JournalRecord);
    }
}
