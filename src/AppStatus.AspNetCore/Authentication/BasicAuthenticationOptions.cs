using Microsoft.AspNetCore.Authentication;

namespace AppStatus.AspNetCore.Authentication;

/// <summary>The users that may authenticate by HTTP Basic.</summary>
public sealed class BasicAuthenticationOptions : AuthenticationSchemeOptions
{
    /// <summary>Shown by browsers and clients that ask for a password.</summary>
    public string Realm { get; set; } = "AppStatus";

    internal List<OperatorAccount> Accounts { get; } = [];

    /// <summary>Adds a user; without roles, an operator.</summary>
    /// <exception cref="ArgumentException">The user is empty or holds a colon (which Basic can't carry), or the password is empty.</exception>
    public BasicAuthenticationOptions AddUser(string user, string password, params string[] roles)
    {
        ArgumentException.ThrowIfNullOrEmpty(user);
        ArgumentException.ThrowIfNullOrEmpty(password);
        if (user.Contains(':', StringComparison.Ordinal))
        {
            throw new ArgumentException("A user name of HTTP Basic can't hold a colon.", nameof(user));
        }

        Accounts.Add(new OperatorAccount(user, new HashedSecret($"{user}:{password}"), roles is [] ? [OperatorAuthenticationDefaults.OperatorRole] : roles));
        return this;
    }

    /// <inheritdoc/>
    public override void Validate()
    {
        base.Validate();
        if (Accounts.Count == 0)
        {
            throw new InvalidOperationException("AddAppStatusBasic needs a user: options.AddUser(\"…\", \"…\").");
        }

        if (Realm.AsSpan().ContainsAny('"', '\\') || Realm.Any(char.IsControl))
        {
            throw new InvalidOperationException("The realm can't hold quotes, backslashes or control characters.");
        }
    }
}
