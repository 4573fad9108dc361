using System.Collections;
using System.Reflection;
using System.Runtime.CompilerServices;

namespace AppStatus.Help.Module;

/// <summary>One cause of the error catalogue.</summary>
internal sealed record ErrorEntry(string Id, string Category, string Meaning)
{
    public static ErrorEntry[] ReadAll(Assembly module)
    {
        MethodInfo of = module.GetType("AppStatus.Pipeline.ErrorCatalogue", throwOnError: true)!.GetMethod("Of", BindingFlags.Public | BindingFlags.Static)
            ?? throw new InvalidDataException("ErrorCatalogue has no method Of.");
        var ids = (IEnumerable)Enum.GetValues(of.GetParameters()[0].ParameterType);
        return [.. ids.Cast<object>().Select(id =>
        {
            var entry = (ITuple)of.Invoke(null, [id])!;
            return new ErrorEntry(id.ToString()!, entry[0]!.ToString()!, (string)entry[1]!);
        })];
    }
}
