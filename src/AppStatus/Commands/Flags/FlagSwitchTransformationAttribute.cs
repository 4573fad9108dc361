using AppStatus.Core.Flags;

namespace AppStatus.Commands.Flags;

/// <summary>
/// Takes a Boolean, or a word that a flag may hold. PowerShell itself would take any number but 0 for $true, and whoever
/// types 25 means a quarter of the users.
/// </summary>
[AttributeUsage(AttributeTargets.Property | AttributeTargets.Field)]
public sealed class FlagSwitchTransformationAttribute : ArgumentTransformationAttribute
{
    public override object Transform(EngineIntrinsics engineIntrinsics, object inputData)
    {
        object? plain = inputData is PSObject wrapped ? wrapped.BaseObject : inputData;
        return plain switch
        {
            bool on => on,
            SwitchParameter on => on.IsPresent,
            string text when FlagValue.TryParse(text, out FlagValue value) && value.Percentage is null => value.IsOnForAll,
            _ => throw new ArgumentTransformationMetadataException($"'{Core.SafeText.Of($"{plain}", 100)}' is neither $true nor $false. For a share of the users use -Percentage."),
        };
    }
}
