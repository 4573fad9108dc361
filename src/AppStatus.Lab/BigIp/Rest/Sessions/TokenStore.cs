using System.Security.Cryptography;

namespace AppStatus.Lab.BigIp.Rest.Sessions;

/// <summary>The tokens of all sessions. At most 100 a user, as on the device.</summary>
internal sealed class TokenStore(TimeProvider time)
{
    public const int MaxTokensOfUser = 100;
    public const int MaxTimeoutSeconds = 36_000;

    private const string Alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    private const int TokenLength = 26;

    private static readonly TimeSpan InitialTimeout = TimeSpan.FromSeconds(1200);

    private readonly Lock _gate = new();
    private readonly Dictionary<string, AuthenticationToken> _tokens = new(StringComparer.Ordinal);

    public int Count
    {
        get
        {
            lock (_gate)
            {
                return _tokens.Values.Count(IsAlive);
            }
        }
    }

    /// <returns>Null where the user has all the tokens that there may be.</returns>
    public AuthenticationToken? Issue(string user)
    {
        lock (_gate)
        {
            if (_tokens.Values.Count(token => token.User == user && IsAlive(token)) >= MaxTokensOfUser)
            {
                return null;
            }

            var issued = new AuthenticationToken(RandomNumberGenerator.GetString(Alphabet, TokenLength), user, time.GetUtcNow(), InitialTimeout);
            _tokens.Add(issued.Token, issued);
            return issued;
        }
    }

    /// <summary>Also an expired token, so that its end can be told apart from its never having been.</summary>
    public AuthenticationToken? Find(string token)
    {
        lock (_gate)
        {
            return _tokens.GetValueOrDefault(token);
        }
    }

    public bool IsAlive(AuthenticationToken token) => time.GetUtcNow() < token.Ends;

    public AuthenticationToken Extend(AuthenticationToken token, TimeSpan timeout)
    {
        lock (_gate)
        {
            return _tokens[token.Token] = token with { Timeout = timeout };
        }
    }

    public bool Delete(string token)
    {
        lock (_gate)
        {
            return _tokens.Remove(token);
        }
    }

    /// <summary>Ends every session at once, as a restart of the device's REST framework does.</summary>
    public void DeleteAll()
    {
        lock (_gate)
        {
            _tokens.Clear();
        }
    }
}
