namespace AppStatus.Pipeline;

/// <summary>Turns whatever is passed or piped into <see cref="MemberInput"/>s.</summary>
[AttributeUsage(AttributeTargets.Property | AttributeTargets.Field)]
public sealed class MemberInputTransformationAttribute : ArgumentTransformationAttribute
{
    public override object Transform(EngineIntrinsics engineIntrinsics, object inputData)
    {
        object? input = inputData is PSObject wrapped ? wrapped.BaseObject : inputData;
        return input switch
        {
            MemberInput[] => input,
            MemberInput one => new[] { one },
            _ => EnvironmentInput.Each(inputData).Select(MemberInput.Read).ToArray(),
        };
    }
}
