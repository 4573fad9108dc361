using AppStatus.Core.Errors;

namespace AppStatus.Core.Balancers;

internal static class ConfigurationKeepers
{
    /// <exception cref="AppStatusException"><see cref="ErrorId.NotSupported"/>: the balancer has no such configuration.</exception>
    public static IConfigurationKeeper Keeper(this IBalancer balancer) => balancer as IConfigurationKeeper ?? throw new AppStatusException(
        ErrorId.NotSupported, $"{balancer.Id} has no configuration that could be synchronised or saved: only an F5 whose members' states are set has.",
        "Leave out -ConfigSync and -SaveConfig.", balancer.Id);
}
