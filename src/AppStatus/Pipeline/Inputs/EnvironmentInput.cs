using System.Collections;
using AppStatus.Core.Environments;
using AppStatus.Core.Errors;

namespace AppStatus.Pipeline;

/// <summary>Where instances or members are wanted, an environment stands for its members; so does one that went through a job or a file.</summary>
internal static class EnvironmentInput
{
    private const string Deserialized = "Deserialized.AppStatus.Core.Environments.AppEnvironment";

    /// <summary>The members of an environment; null: the input is none.</summary>
    public static IEnumerable<object?>? Members(object? input)
    {
        object? plain = input is PSObject wrapped ? wrapped.BaseObject : input;
        if (plain is AppEnvironment alive) return alive.Members;
        if (input is not PSObject read || !read.TypeNames.Contains(Deserialized)) return null;
        return (read.Properties[nameof(AppEnvironment.Members)]?.Value is PSObject { BaseObject: IEnumerable members } ? members : Array.Empty<object>()).Cast<object?>();
    }

    /// <summary>Why an environment stands for nothing.</summary>
    public static Fault NoMembers(object? environment) => new(
        ErrorId.EnvironmentNotReady, $"Environment {(environment as AppEnvironment)?.Name} has no members: its balancer does not run, or is not reached.", "Type Start-AppEnvironment with its name, which brings up what is missing.");

    /// <summary>The inputs one by one: what is passed as a list, and environments as their members. One without members stays, to be refused by name.</summary>
    public static IEnumerable<object?> Each(object? inputData)
    {
        object? input = inputData is PSObject wrapped ? wrapped.BaseObject : inputData;
        IEnumerable<object?> all = input is IEnumerable many and not string and not IDictionary && input is Array or IList ? many.Cast<object?>() : [inputData];
        return all.SelectMany(one => Members(one)?.ToArray() is { Length: > 0 } members ? members : [one]);
    }
}
