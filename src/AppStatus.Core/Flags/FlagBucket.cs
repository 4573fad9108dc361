using System.Security.Cryptography;
using System.Text;

namespace AppStatus.Core.Flags;

/// <summary>
/// Which of a hundred buckets a key falls into, for one flag. A percentage flag is on for the buckets below its percentage, so
/// raising it takes no key out. docs/feature-flags.md describes this to the byte, with test vectors: other languages compute
/// the same, so it can never be changed.
/// </summary>
internal static class FlagBucket
{
    private const uint Buckets = 100;

    /// <summary>
    /// SHA-256 over the flag's name in UTF-8, a zero byte, and the key in UTF-8; its first four bytes as a number, most significant
    /// byte first; the remainder of that by 100. The name takes part, or the same users would be the first ones in every experiment.
    /// </summary>
    /// <returns>0–99.</returns>
    public static int Of(string flag, string key)
    {
        using var sha = SHA256.Create();
        byte[] hash = sha.ComputeHash(Encoding.UTF8.GetBytes(flag + "\0" + key));
        uint number = ((uint)hash[0] << 24) | ((uint)hash[1] << 16) | ((uint)hash[2] << 8) | hash[3];
        return (int)(number % Buckets);
    }
}
