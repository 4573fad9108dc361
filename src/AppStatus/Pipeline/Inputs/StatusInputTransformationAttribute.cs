using AppStatus.Core.Status;

namespace AppStatus.Pipeline;

/// <summary>Turns whatever is passed or piped into <see cref="StatusInput"/>s.</summary>
[AttributeUsage(AttributeTargets.Property | AttributeTargets.Field)]
public sealed class StatusInputTransformationAttribute : ArgumentTransformationAttribute
{
    /// <summary>
    /// Leaves a single word that is a status as it is. PowerShell then tries the parameters that take one before it comes back
    /// and converts the word, by <see cref="StatusInput.Parse"/>.
    /// </summary>
    public bool LeavesStatusWords { get; set; }

    public override object Transform(EngineIntrinsics engineIntrinsics, object inputData)
    {
        object? input = inputData is PSObject wrapped ? wrapped.BaseObject : inputData;
        if (input is StatusInput[]) return input;
        if (input is StatusInput one) return new[] { one };
        if (LeavesStatusWords && input is string word && StatusText.Parse(word.Trim()) != AppStatusValue.Unknown) return inputData;
        return EnvironmentInput.Each(inputData).Select(StatusInputReader.Read).ToArray();
    }
}
