using System.Text.Json;
using AppStatus.Core.Errors;

namespace AppStatus.Core.Balancers.F5;

/// <summary>Keeps changes away from a unit that carries no traffic: it shows no connections, so that a drain there would seem to end at once, and the next sync undoes it.</summary>
internal sealed class F5ActiveUnit(F5Client client, bool allowStandby)
{
    /// <param name="what">What was not changed, for the message.</param>
    /// <param name="target">The object that a refusal is about.</param>
    /// <param name="cancellationToken">Ends the request.</param>
    /// <exception cref="AppStatusException"><see cref="ErrorId.StandbyUnit"/>.</exception>
    public async Task RequireAsync(string what, object? target, CancellationToken cancellationToken)
    {
        if (allowStandby) return;
        using JsonDocument? document = await client.GetOptionalAsync("/mgmt/tm/cm/failover-status", cancellationToken).ConfigureAwait(false);
        string status = document is null ? "" : F5Statistics.FindText(document.RootElement, "status");
        if (status.Length == 0 || status.Equals("ACTIVE", StringComparison.OrdinalIgnoreCase)) return;
        throw new AppStatusException(ErrorId.StandbyUnit,
            $"{client.Host} is not the active unit but {SafeText.Condensed(status)}: it carries none of the pool's connections. {what} was not changed.",
            "Connect to the active unit, or with -AllowStandby if it must be this one.", target);
    }
}
