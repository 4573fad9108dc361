using AppStatus.Core.Flags;

namespace AppStatus.Commands.Flags;

/// <summary>Switches feature flags off for everyone, whatever percentage they had.</summary>
[Cmdlet(VerbsLifecycle.Disable, "FeatureFlag", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.Medium)]
[OutputType(typeof(FeatureFlag))]
public sealed class DisableFeatureFlagCommand : FlagWritingCmdlet
{
    private protected override FlagValue Wanted => FlagValue.Off;
}
