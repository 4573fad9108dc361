using System.Security.Cryptography;
using System.Text;

namespace AppStatus.AspNetCore.Authentication;

/// <summary>A secret as its hash: comparing takes the same time whatever the length or the first difference, and no dump shows the secret.</summary>
internal sealed class HashedSecret(string secret)
{
    private readonly byte[] _hash = SHA256.HashData(Encoding.UTF8.GetBytes(secret));

    public bool Matches(string candidate) =>
        CryptographicOperations.FixedTimeEquals(_hash, SHA256.HashData(Encoding.UTF8.GetBytes(candidate)));
}
