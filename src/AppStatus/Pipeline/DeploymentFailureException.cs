using AppStatus.Core;
using AppStatus.Core.Errors;

namespace AppStatus.Pipeline;

/// <summary>
/// Ends a script with exit code 1 under every preference. An ordinary terminating error of a cmdlet lets <c>pwsh -File</c>
/// go on to the next line and exit with 0, and even a script's own <c>throw</c> does under SilentlyContinue.
/// </summary>
public sealed class DeploymentFailureException : ActionPreferenceStopException
{
    private readonly ErrorRecord _record;

    private DeploymentFailureException(Fault fault, string id, object? result, object? target)
        : base(fault.ToString())
    {
        Result = result;
        WasThrownFromThrowStatement = true;
        _record = new ErrorRecord(this, id, ErrorCatalogue.Of(fault.Id).Category, target);
    }

    /// <summary>The result of the run: an assignment in the caller's script stays empty when this is thrown. Null where a run did not come to one.</summary>
    public object? Result { get; }

    public override ErrorRecord ErrorRecord => _record;

    /// <summary>Made by work, thrown out of it, and passed on by the pump as it is.</summary>
    internal static DeploymentFailureException Of(Fault fault, object result) =>
        new(Safe(fault), fault.Id.ToString(), result, result);

    /// <summary>For a run that was refused, or that ended without a result: as little success as one that failed.</summary>
    /// <param name="command">Whose error it is, as in the ids of other errors.</param>
    internal static DeploymentFailureException Of(AppStatusException failure, Type command) =>
        new(Safe(failure.Fault), $"{failure.Id},{command.FullName}", result: null, failure.Target);

    private static Fault Safe(Fault fault) => new(fault.Id, SafeText.OfLines(fault.Message), SafeText.OfLines(fault.NextStep));
}
