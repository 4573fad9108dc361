using AppStatus.Core.Flags;
using AppStatus.Pipeline;

namespace AppStatus.Commands.Flags;

/// <summary>Removes feature flags: their applications go by their own defaults from then on.</summary>
[Cmdlet(VerbsCommon.Remove, "FeatureFlag", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.Medium)]
[OutputType(typeof(void))]
public sealed class RemoveFeatureFlagCommand : FlagCmdlet
{
    private protected override void Process(FlagStore store)
    {
        foreach (string name in Name)
        {
            if (KeyOf(name) is not { } flag) continue;
            if (!ShouldProcess(Core.SafeText.Of($"flag {flag.Key} in {store.Endpoint}"), "remove")) continue;
            Start(async (output, cancellationToken) =>
            {
                await store.RemoveAsync(flag, cancellationToken).ConfigureAwait(false);
                Sessions.Flags.Forget(flag.Prefix, flag.Name);
                output.WriteVerbose($"{flag.Key} is gone from {store.Endpoint}.");
            });
        }
    }
}
