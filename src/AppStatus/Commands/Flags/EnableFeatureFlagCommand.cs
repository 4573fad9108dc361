using AppStatus.Core.Flags;

namespace AppStatus.Commands.Flags;

/// <summary>Switches feature flags on for everyone, whatever percentage they had.</summary>
[Cmdlet(VerbsLifecycle.Enable, "FeatureFlag", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.Medium)]
[OutputType(typeof(FeatureFlag))]
public sealed class EnableFeatureFlagCommand : FlagWritingCmdlet
{
    private protected override FlagValue Wanted => FlagValue.On;
}
