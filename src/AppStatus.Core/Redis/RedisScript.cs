using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace AppStatus.Core.Redis;

/// <summary>A Lua script: called by its digest, and sent whole only to a server that does not have it.</summary>
internal sealed class RedisScript
{
    private readonly string _text;
    private readonly string _digest;

    public RedisScript(string text)
    {
        _text = text;
#pragma warning disable CA5350 // The protocol names scripts by SHA-1; nothing is secured by it.
        using var sha1 = SHA1.Create();
#pragma warning restore CA5350
        _digest = string.Concat(sha1.ComputeHash(Encoding.UTF8.GetBytes(text)).Select(value => value.ToString("x2", CultureInfo.InvariantCulture)));
    }

    public RedisCommand ByDigest(IReadOnlyList<string> keys, IReadOnlyList<RedisArgument> arguments) => Call("EVALSHA", _digest, keys, arguments);

    public RedisCommand Whole(IReadOnlyList<string> keys, IReadOnlyList<RedisArgument> arguments) => Call("EVAL", _text, keys, arguments);

    /// <summary>The server had no such script, so nothing of it ran.</summary>
    public static bool IsMissing(RedisResult result) => result.Reply is { Kind: RedisKind.Error } error && error.Text.StartsWith("NOSCRIPT", StringComparison.Ordinal);

    private static RedisCommand Call(string name, string script, IReadOnlyList<string> keys, IReadOnlyList<RedisArgument> arguments)
    {
        var all = new List<RedisArgument>(keys.Count + arguments.Count + 2) { script, keys.Count };
        foreach (string key in keys) all.Add(key);
        all.AddRange(arguments);
        return RedisCommand.Of(name, [.. all]);
    }
}
