using System.Buffers;
using System.Text;
using System.Text.Json;

namespace AppStatus.Core.Status;

/// <summary>What the body of an answer says, each text as it was sent and made safe to show.</summary>
internal sealed record StatusBody(string RawStatus, string Version = "", string HostName = "", string AppId = "")
{
    private const int DepthLimit = 16;
    private const int TextLimit = 256;

    // A plain text body is one word; anything longer is a page of something else.
    private const int PlainTextLimit = 64;

    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    public AppStatusValue Status => StatusText.Parse(RawStatus);

    /// <summary>Reads JSON (an object with <c>status</c>, or only a string) or one word of plain text.</summary>
    /// <param name="body">The whole body, UTF-8, with or without a byte order mark.</param>
    /// <param name="result">What it says.</param>
    /// <returns>Why it can't be read; null when it can.</returns>
    public static string? TryRead(ReadOnlySpan<byte> body, out StatusBody? result)
    {
        result = null;
        if (body.Length >= 3 && body[0] == 0xEF && body[1] == 0xBB && body[2] == 0xBF) body = body.Slice(3);
        body = Trim(body);
        if (body.IsEmpty) return "the body is empty";

        try
        {
            return body[0] switch
            {
                (byte)'<' => "the body is a page of HTML or XML",
                (byte)'{' => ReadObject(body, out result),
                (byte)'[' => "the body is a JSON array",
                (byte)'"' => ReadString(body, out result),
                _ => ReadPlainText(body, out result),
            };
        }
        catch (JsonException)
        {
            return "the body is not valid JSON";
        }
        catch (Exception exception) when (exception is InvalidOperationException or DecoderFallbackException)
        {
            return "the body is not valid UTF-8";
        }
    }

    private static string? ReadObject(ReadOnlySpan<byte> body, out StatusBody? result)
    {
        result = null;
        string? status = null, version = null, hostName = null, appId = null;
        var seen = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        var reader = new Utf8JsonReader(body, new JsonReaderOptions { MaxDepth = DepthLimit });
        reader.Read();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            string name = reader.GetString()!;
            // Of two statuses, one server takes the first and another the last: neither may be guessed.
            if (!seen.Add(name)) return $"the body has '{SafeText.Of(name, TextLimit)}' twice";
            reader.Read();
            if (Is(name, "status"))
            {
                if (reader.TokenType != JsonTokenType.String) return "'status' is not a string";
                status = reader.GetString()!;
            }
            else if (Is(name, "version"))
            {
                version = ReadText(ref reader);
            }
            else if (Is(name, "hostname"))
            {
                hostName = ReadText(ref reader);
            }
            else if (Is(name, "appid"))
            {
                appId = ReadText(ref reader);
            }

            reader.Skip();
        }

        // Only the end may follow; the reader throws at anything else.
        while (reader.Read()) { }

        if (status is null) return "the body has no 'status'";
        result = new StatusBody(Safe(status.Trim()), Safe(version), Safe(hostName), Safe(appId));
        return null;
    }

    private static string? ReadString(ReadOnlySpan<byte> body, out StatusBody? result)
    {
        var reader = new Utf8JsonReader(body, new JsonReaderOptions { MaxDepth = DepthLimit });
        reader.Read();
        result = new StatusBody(Safe(reader.GetString()!.Trim()));
        reader.Read();
        return null;
    }

    private static string? ReadPlainText(ReadOnlySpan<byte> body, out StatusBody? result)
    {
        result = null;
        if (body.Length > PlainTextLimit) return "the body is neither JSON nor one word";
        string text = StrictUtf8.GetString(body.ToArray());
        foreach (char c in text)
        {
            if (char.IsWhiteSpace(c) || char.IsControl(c)) return "the body is neither JSON nor one word";
        }

        result = new StatusBody(Safe(text));
        return null;
    }

    /// <summary>A version stays the text that it is: <c>1.10</c> as a number would become 1.1.</summary>
    private static string? ReadText(ref Utf8JsonReader reader) => reader.TokenType switch
    {
        JsonTokenType.String => reader.GetString(),
        JsonTokenType.Number or JsonTokenType.True or JsonTokenType.False =>
            Encoding.UTF8.GetString(reader.HasValueSequence ? reader.ValueSequence.ToArray() : reader.ValueSpan.ToArray()),
        _ => null,
    };

    private static ReadOnlySpan<byte> Trim(ReadOnlySpan<byte> body)
    {
        while (!body.IsEmpty && IsBlank(body[0])) body = body.Slice(1);
        while (!body.IsEmpty && IsBlank(body[body.Length - 1])) body = body.Slice(0, body.Length - 1);
        return body;

        static bool IsBlank(byte b) => b is (byte)' ' or (byte)'\t' or (byte)'\r' or (byte)'\n';
    }

    private static bool Is(string name, string known) => string.Equals(name, known, StringComparison.OrdinalIgnoreCase);

    private static string Safe(string? text) => text is null ? "" : SafeText.Of(text, TextLimit);
}
