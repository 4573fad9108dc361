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

    private DeploymentFailureException(string message, Exception? inner, string errorId, ErrorCategory category, object? target)
        : base(message, inner!)
    {
        WasThrownFromThrowStatement = true;
        _record = new ErrorRecord(this, errorId, category, target);
    }

    /// <summary>The result of the run, since an assignment in the caller's script stays empty when this is thrown; null: nothing was run.</summary>
    public object? Result { get; private init; }

    public override ErrorRecord ErrorRecord => _record;

    /// <summary>Made by work, thrown out of it, and passed on by the pump as it is.</summary>
    internal static DeploymentFailureException Of(Fault fault, object result) =>
        new(new Fault(fault.Id, SafeText.OfLines(fault.Message), SafeText.OfLines(fault.NextStep)).ToString(), inner: null, fault.Id.ToString(), ErrorCatalogue.Of(fault.Id).Category, result) { Result = result };

    /// <summary>A deployment that was refused: a step of a pipeline that released nothing must not end well.</summary>
    /// <param name="cmdlet">Its type is a part of the id, as in any other error of a cmdlet.</param>
    internal static DeploymentFailureException Of(ErrorRecord record, PSCmdlet cmdlet) =>
        new(record.ErrorDetails?.Message ?? record.Exception.Message, record.Exception, $"{record.FullyQualifiedErrorId},{cmdlet.GetType().FullName}", record.CategoryInfo.Category, record.TargetObject);
}
