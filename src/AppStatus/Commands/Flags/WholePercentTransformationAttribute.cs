using System.Globalization;

namespace AppStatus.Commands.Flags;

/// <summary>Takes a whole number only. PowerShell itself would make 12.5 a 12, and 25 % of the users is what applications can reckon with.</summary>
[AttributeUsage(AttributeTargets.Property | AttributeTargets.Field)]
public sealed class WholePercentTransformationAttribute : ArgumentTransformationAttribute
{
    public override object Transform(EngineIntrinsics engineIntrinsics, object inputData)
    {
        object? plain = inputData is PSObject wrapped ? wrapped.BaseObject : inputData;
        string text = Convert.ToString(plain, CultureInfo.InvariantCulture)?.Trim().TrimEnd('%').TrimEnd() ?? "";
        return plain is not bool && decimal.TryParse(text, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out decimal share) && share == decimal.Truncate(share) && share is >= int.MinValue and <= int.MaxValue
            ? (int)share
            : throw new ArgumentTransformationMetadataException($"'{Core.SafeText.Of(text, 100)}' is no whole number of percent: a flag is on for 0 to 100 of a hundred keys.");
    }
}
