using AppStatus.Core;
using AppStatus.Core.Errors;

namespace AppStatus.Pipeline;

/// <summary>
/// Ends a script as an error under the preference Stop does. An ordinary terminating error of a cmdlet lets
/// <c>pwsh -File</c> go on to the next line and exit with 0, and SilentlyContinue swallows even a script's <c>throw</c>; a
/// failed deployment must end with exit code 1 under every preference.
/// </summary>
public sealed class DeploymentFailureException : ActionPreferenceStopException
{
    private DeploymentFailureException(Fault fault, object result)
        : base(SafeText.OfLines(fault.ToString()))
    {
        Result = result;
        // PowerShell puts the exception that has the record in the place of this one: $_.Exception is us, with the result.
        ErrorRecord = ErrorCatalogue.ToOwnRecord(fault, result);
    }

    /// <summary>The result of the run: an assignment in the caller's script stays empty when this is thrown.</summary>
    public object Result { get; }

    /// <summary>With the id, the result as its target, and the text.</summary>
    public override ErrorRecord ErrorRecord { get; }

    /// <summary>Made by work, thrown out of it, and passed on by the pump as it is.</summary>
    internal static DeploymentFailureException Of(Fault fault, object result) => new(fault, result);
}
