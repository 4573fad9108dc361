using AppStatus.Core.Flags;

namespace AppStatus.Commands.Flags;

/// <summary>Switches feature flags on, off, or on for a share of the users, and reads back what stands there then.</summary>
[Cmdlet(VerbsCommon.Set, "FeatureFlag", DefaultParameterSetName = ByValue, SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.Medium)]
[OutputType(typeof(FeatureFlag))]
public sealed class SetFeatureFlagCommand : FlagWritingCmdlet
{
    private const string ByValue = "Value";
    private const string ByPercentage = "Percentage";

    /// <summary>$true: on for everyone; $false: off for everyone.</summary>
    [Parameter(Mandatory = true, Position = 1, ParameterSetName = ByValue)]
    [FlagSwitchTransformation]
    public bool Value { get; set; }

    /// <summary>On for so many percent of the keys, a whole number of 0–100: always the same ones, and raising it takes none out.</summary>
    [Parameter(Mandatory = true, ParameterSetName = ByPercentage)]
    [WholePercentTransformation]
    [ValidateRange(0, 100)]
    public int Percentage { get; set; }

    private protected override FlagValue Wanted => ParameterSetName == ByPercentage ? FlagValue.OfPercentage(Percentage) : Value ? FlagValue.On : FlagValue.Off;
}
