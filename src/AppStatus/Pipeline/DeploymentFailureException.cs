using AppStatus.Core.Errors;

namespace AppStatus.Pipeline;

/// <summary>
/// Ends a script as its own <c>throw</c> does. An ordinary terminating error of a cmdlet lets <c>pwsh -File</c> go on to
/// the next line and exit with 0; a failed deployment must end with exit code 1 under every preference.
/// </summary>
public sealed class DeploymentFailureException : RuntimeException
{
    private DeploymentFailureException(ErrorRecord record, object result)
        : base(record.ErrorDetails.Message, record.Exception, record)
    {
        Result = result;
        WasThrownFromThrowStatement = true;
    }

    /// <summary>The result of the run: an assignment in the caller's script stays empty when this is thrown.</summary>
    public object Result { get; }

    /// <summary>Made by work, thrown out of it, and passed on by the pump as it is.</summary>
    internal static DeploymentFailureException Of(Fault fault, object result) => new(ErrorCatalogue.ToRecord(fault, result), result);
}
