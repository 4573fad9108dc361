using System.Text.Json;
using AppStatus.Core.Errors;

namespace AppStatus.Core.Balancers.F5;

/// <summary>
/// The session's one token: got once however many ask for it, extended before it ends, replaced when the device has dropped it,
/// deleted at the end (a user has 100 at most).
/// </summary>
internal sealed class F5Login(F5Transport transport, F5ConnectOptions options, TimeProvider time) : IDisposable
{
    private const string TokensPath = "/mgmt/shared/authz/tokens/";

    // A token's time-out counts from its start: extending means to name a longer whole life, up to ten hours.
    private const int DefaultLifeSeconds = 1200;
    private const int MaxLifeSeconds = 36_000;
    private readonly SemaphoreSlim _oneAtATime = new(1, 1);
    private Token? _token;

    public DateTimeOffset Expires => _token is { } token ? time.GetUtcNow() + Remaining(token) : time.GetUtcNow();

    public async Task<string> GetTokenAsync(CancellationToken cancellationToken)
    {
        if (_token is { } ready && !IsDue(ready)) return ready.Value;
        await _oneAtATime.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            if (_token is { } token && !IsDue(token)) return token.Value;
            // It may be retired at any moment: then whoever uses it still logs in anew.
            Token next = _token is { } due ? await RenewAsync(due, cancellationToken).ConfigureAwait(false)
                : await FirstAsync(cancellationToken).ConfigureAwait(false);
            _token = next;
            return next.Value;
        }
        finally
        {
            _oneAtATime.Release();
        }
    }

    /// <summary>Another token in place of one that the device does not accept; many that had the same one get the same new one.</summary>
    public async Task<string> ReplaceAsync(string rejected, CancellationToken cancellationToken)
    {
        await _oneAtATime.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            if (_token is { } other && other.Value != rejected) return other.Value;
            Token next = await LogInAsync(cancellationToken).ConfigureAwait(false);
            _token = next;
            return next.Value;
        }
        finally
        {
            _oneAtATime.Release();
        }
    }

    /// <summary>Deletes the token, if it is ours.</summary>
    public async Task EndAsync(CancellationToken cancellationToken)
    {
        if (_token is not { } token) return;
        _token = null;
        if (options.Token.Length > 0 && token.Value == options.Token) return;
        F5Response response = await transport.SendAsync(HttpMethod.Delete, TokensPath + token.Value, json: null, token.Value, cancellationToken).ConfigureAwait(false);
        // One that is gone already is as good as deleted.
        if (!response.Succeeded && response.Status is not (401 or 404)) throw F5Faults.Of(response, transport.Host, target: null);
    }

    public void Dispose() => _oneAtATime.Dispose();

    private async Task<Token> FirstAsync(CancellationToken cancellationToken)
    {
        if (options.Token.Length == 0) return await LogInAsync(cancellationToken).ConfigureAwait(false);

        // Its age is not known; asking for the longest life tells whether it lives, and keeps it alive as long as can be.
        var given = new Token(options.Token, time.GetTimestamp(), TimeSpan.Zero);
        return await ExtendAsync(given, MaxLifeSeconds, cancellationToken).ConfigureAwait(false)
            ?? throw new AppStatusException(ErrorId.AuthenticationFailed, $"{transport.Host} does not accept the given token.", "Get a new one, or connect with -Credential.", transport.Host);
    }

    private async Task<Token> RenewAsync(Token token, CancellationToken cancellationToken)
    {
        // One that slept over its end can only be replaced.
        if (CanLogIn && Remaining(token) <= TimeSpan.Zero) return await LogInAsync(cancellationToken).ConfigureAwait(false);

        int life = Math.Min(MaxLifeSeconds, (int)time.GetElapsedTime(token.Start).TotalSeconds + DefaultLifeSeconds);
        if (life > token.Life.TotalSeconds && life - time.GetElapsedTime(token.Start).TotalSeconds > Margin(token).TotalSeconds)
        {
            Token? extended = await ExtendAsync(token, life, cancellationToken).ConfigureAwait(false);
            if (extended is not null) return extended;
        }

        // It has had its ten hours, or is gone.
        return CanLogIn ? await LogInAsync(cancellationToken).ConfigureAwait(false) : token;
    }

    private async Task<Token?> ExtendAsync(Token token, int life, CancellationToken cancellationToken)
    {
        F5Response response = await transport.SendAsync(new HttpMethod("PATCH"), TokensPath + token.Value,
            FormattableString.Invariant($"{{\"timeout\":{life}}}"), token.Value, cancellationToken).ConfigureAwait(false);
        if (response.IsStarting || response.Status is 502 or 503 or 504) throw F5Faults.OfLogin(response, transport.Host, options.UserName);
        return response.Succeeded ? token with { Life = TimeSpan.FromSeconds(life) } : null;
    }

    private async Task<Token> LogInAsync(CancellationToken cancellationToken)
    {
        if (!CanLogIn)
        {
            throw new AppStatusException(ErrorId.AuthenticationFailed, $"The token for {transport.Host} has ended, and no password was given to get another.",
                "Connect again with Connect-F5 -Credential.", transport.Host);
        }

        // Counted from before the request: better too early than too late.
        long start = time.GetTimestamp();
        string json = JsonSerializer.Serialize(new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["username"] = options.UserName, ["password"] = options.Password, ["loginProviderName"] = options.LoginProvider,
        });
        F5Response response = await transport.SendAsync(HttpMethod.Post, "/mgmt/shared/authn/login", json, token: null, cancellationToken).ConfigureAwait(false);
        if (!response.Succeeded) throw F5Faults.OfLogin(response, transport.Host, options.UserName);

        using JsonDocument? document = response.ReadJson();
        if (document is null || !document.RootElement.TryGetProperty("token", out JsonElement token) || token.Text("token").Length == 0)
        {
            throw new AppStatusException(ErrorId.InvalidResponse, $"{transport.Host} accepted the login but sent no token.", "Is this address a BIG-IP's management interface?", transport.Host);
        }

        return new Token(token.Text("token"), start, TimeSpan.FromSeconds(token.Number("timeout") ?? DefaultLifeSeconds));
    }

    private bool CanLogIn => options.UserName.Length > 0 && options.Password.Length > 0;

    private bool IsDue(Token token) => Remaining(token) <= Margin(token);

    private TimeSpan Remaining(Token token) => token.Life - time.GetElapsedTime(token.Start);

    /// <summary>A quarter of its life, five minutes at most.</summary>
    private static TimeSpan Margin(Token token) => TimeSpan.FromTicks(Math.Min(token.Life.Ticks / 4, TimeSpan.FromMinutes(5).Ticks));

    private sealed record Token(string Value, long Start, TimeSpan Life);
}
