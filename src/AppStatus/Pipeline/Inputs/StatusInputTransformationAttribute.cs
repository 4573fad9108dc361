namespace AppStatus.Pipeline;

/// <summary>Turns whatever is passed or piped into <see cref="StatusInput"/>s.</summary>
[AttributeUsage(AttributeTargets.Property | AttributeTargets.Field)]
public sealed class StatusInputTransformationAttribute : ArgumentTransformationAttribute
{
    public override object Transform(EngineIntrinsics engineIntrinsics, object inputData)
    {
        object? input = inputData is PSObject wrapped ? wrapped.BaseObject : inputData;
        if (input is StatusInput[]) return input;
        if (input is StatusInput one) return new[] { one };
        return EnvironmentInput.Each(inputData).Select(StatusInputReader.Read).ToArray();
    }
}
