using AppStatus.Core.Status;

namespace AppStatus.Pipeline;

/// <summary>
/// Takes a status as it stands on the wire (<c>stand-by</c>) and as it is named here (<c>StandBy</c>), nothing else, and gives
/// the wire's word: of a parameter of an enumeration, PowerShell would complete its names, Unknown among them.
/// </summary>
[AttributeUsage(AttributeTargets.Property | AttributeTargets.Field)]
public sealed class StatusValueTransformationAttribute : ArgumentTransformationAttribute
{
    public override object Transform(EngineIntrinsics engineIntrinsics, object inputData) => Read(inputData)?.ToWire()
        ?? throw new ArgumentTransformationMetadataException($"'{Core.SafeText.Of($"{inputData}", 100)}' is no status: use ready, stage or stand-by.");

    /// <summary>Null for what is no status, or none that an instance can be set to.</summary>
    internal static AppStatusValue? Read(object? input)
    {
        object? plain = input is PSObject wrapped ? wrapped.BaseObject : input;
        AppStatusValue value = plain as AppStatusValue? ?? (plain is string text ? StatusText.Parse(text.Trim()) : AppStatusValue.Unknown);
        return value is AppStatusValue.Ready or AppStatusValue.Stage or AppStatusValue.StandBy ? value : null;
    }
}
