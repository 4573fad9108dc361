using System.Collections;

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
            IEnumerable many and not string and not IDictionary when input is Array or IList => many.Cast<object?>().Select(MemberInput.Read).ToArray(),
            _ => new[] { MemberInput.Read(inputData) },
        };
    }
}
