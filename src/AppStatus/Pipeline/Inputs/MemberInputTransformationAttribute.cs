namespace AppStatus.Pipeline;

/// <summary>Turns whatever is passed or piped into <see cref="MemberInput"/>s.</summary>
[AttributeUsage(AttributeTargets.Property | AttributeTargets.Field)]
public sealed class MemberInputTransformationAttribute : ArgumentTransformationAttribute
{
    /// <summary>Leaves a single word that is a traffic state as it is, so that PowerShell binds it to the parameter that takes one.</summary>
    public bool LeavesStateWords { get; set; }

    public override object Transform(EngineIntrinsics engineIntrinsics, object inputData)
    {
        object? input = inputData is PSObject wrapped ? wrapped.BaseObject : inputData;
        if (LeavesStateWords && input is string word && TrafficStateTransformationAttribute.Named(word.Trim()) is not null) return inputData;
        return input switch
        {
            MemberInput[] => input,
            MemberInput one => new[] { one },
            _ => EnvironmentInput.Each(inputData).Select(MemberInput.Read).ToArray(),
        };
    }
}
