using Microsoft.AspNetCore.Authentication;

namespace AppStatus.AspNetCore.Authentication;

/// <summary>The tokens that may authenticate as bearers. Several, so that one can be replaced without a gap.</summary>
public sealed class BearerAuthenticationOptions : AuthenticationSchemeOptions
{
    internal List<OperatorAccount> Accounts { get; } = [];

    /// <summary>Adds a token, under a name for the logs; without roles, an operator.</summary>
    /// <exception cref="ArgumentException">The name or the token is empty.</exception>
    public BearerAuthenticationOptions AddToken(string name, string token, params string[] roles)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        ArgumentException.ThrowIfNullOrEmpty(token);
        Accounts.Add(new OperatorAccount(name, new HashedSecret(token), roles is [] ? [OperatorAuthenticationDefaults.OperatorRole] : roles));
        return this;
    }

    /// <inheritdoc/>
    public override void Validate()
    {
        base.Validate();
        if (Accounts.Count == 0)
        {
            throw new InvalidOperationException("AddAppStatusBearer needs a token: options.AddToken(\"…\", \"…\").");
        }
    }
}
