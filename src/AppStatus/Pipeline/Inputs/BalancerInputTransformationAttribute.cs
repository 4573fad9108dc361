namespace AppStatus.Pipeline;

/// <summary>Turns whatever is passed or piped into <see cref="BalancerInput"/>s; an environment into those of its members.</summary>
[AttributeUsage(AttributeTargets.Property | AttributeTargets.Field)]
public sealed class BalancerInputTransformationAttribute : ArgumentTransformationAttribute
{
    public override object Transform(EngineIntrinsics engineIntrinsics, object inputData)
    {
        object? input = inputData is PSObject wrapped ? wrapped.BaseObject : inputData;
        return input switch
        {
            BalancerInput[] => input,
            BalancerInput one => new[] { one },
            _ => EnvironmentInput.Each(inputData).Select(BalancerInput.Read).ToArray(),
        };
    }
}
