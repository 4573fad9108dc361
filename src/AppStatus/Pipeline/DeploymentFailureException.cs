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

    private DeploymentFailureException(Fault fault, object result)
        : base(fault.ToString())
    {
        Result = result;
        WasThrownFromThrowStatement = true;
        _record = new ErrorRecord(this, fault.Id.ToString(), ErrorCatalogue.Of(fault.Id).Category, result);
    }

    /// <summary>The result of the run: an assignment in the caller's script stays empty when this is thrown.</summary>
    public object Result { get; }

    public override ErrorRecord ErrorRecord => _record;

    /// <summary>Made by work, thrown out of it, and passed on by the pump as it is.</summary>
    internal static DeploymentFailureException Of(Fault fault, object result) =>
        new(new Fault(fault.Id, SafeText.OfLines(fault.Message), SafeText.OfLines(fault.NextStep)), result);
}
