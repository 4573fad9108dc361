using AppStatus.Core.Balancers;

namespace AppStatus.Pipeline;

/// <summary>
/// Reads a traffic state's name before PowerShell's own conversions do: where a word could stand for more than one
/// positional parameter, it binds here without being converted, and nothing else does.
/// </summary>
[AttributeUsage(AttributeTargets.Property | AttributeTargets.Field)]
public sealed class TrafficStateTransformationAttribute : ArgumentTransformationAttribute
{
    public override object Transform(EngineIntrinsics engineIntrinsics, object inputData)
    {
        object? plain = inputData is PSObject wrapped ? wrapped.BaseObject : inputData;
        return plain is string text && Named(text.Trim()) is { } state ? state : inputData;
    }

    internal static TrafficState? Named(string text)
    {
        foreach (TrafficState state in Enum.GetValues(typeof(TrafficState)))
            if (string.Equals(state.ToString(), text, StringComparison.OrdinalIgnoreCase)) return state;
        return null;
    }
}
