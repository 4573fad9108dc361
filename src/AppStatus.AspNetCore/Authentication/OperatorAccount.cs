using System.Security.Claims;

namespace AppStatus.AspNetCore.Authentication;

/// <summary>Somebody who may authenticate, and with which roles.</summary>
internal sealed record OperatorAccount(string Name, HashedSecret Key, IReadOnlyList<string> Roles)
{
    public ClaimsPrincipal ToPrincipal(string scheme)
    {
        var claims = Roles.Select(role => new Claim(ClaimTypes.Role, role)).Prepend(new Claim(ClaimTypes.Name, Name));
        return new ClaimsPrincipal(new ClaimsIdentity(claims, scheme));
    }

    /// <summary>Compares with every account, so that the time tells nothing about which one matched.</summary>
    public static OperatorAccount? Find(IEnumerable<OperatorAccount> accounts, string key)
    {
        OperatorAccount? found = null;
        foreach (var account in accounts)
        {
            if (account.Key.Matches(key))
            {
                found = account;
            }
        }

        return found;
    }
}
