using AppStatus.Core.Errors;
using AppStatus.Core.Status;

namespace AppStatus.Pipeline;

/// <summary>
/// What -InputObject became. It is made by <see cref="StatusInputTransformationAttribute"/>, which never throws: an input
/// that names no instance becomes one with a fault, so that it is an error with an id of ours and the others go on.
/// </summary>
public sealed class StatusInput
{
    private StatusInput(object? original)
    {
        Original = original;
    }

    /// <summary>What was passed, for <c>$_</c> of script blocks and as the target of errors.</summary>
    public object? Original { get; }

    /// <summary>What a plan file's node wants the status to be; null where the input says nothing of it.</summary>
    internal string? Goal { get; private init; }

    /// <summary>Null where there is a <see cref="Fault"/>.</summary>
    internal StatusTargetSource? Source { get; private init; }

    internal Fault? Fault { get; private init; }

    public override string ToString() => Source?.Name ?? "(no instance)";

    /// <summary>An instance by its name; like the attribute it never throws.</summary>
    public static StatusInput Parse(string text) => StatusInputReader.Read(text);

    internal static StatusInput Of(object? original, StatusTargetSource source, string? goal = null) =>
        new(original) { Source = source, Goal = goal };

    internal static StatusInput Invalid(object? original, Fault fault) => new(original) { Fault = fault };
}
