using AppStatus.Core.Errors;

namespace AppStatus.Pipeline;

/// <summary>
/// What work may say to the pipeline, from any thread. Nothing here blocks and nothing here throws: a write after the
/// pipeline has stopped is dropped. What one piece of work writes comes out in the order in which it was written.
/// </summary>
internal interface IPipelineWriter
{
    void WriteObject(object? value);

    /// <summary>A non-terminating error with the fault's id.</summary>
    void WriteError(Fault fault, object? target);

    void WriteWarning(string text);

    void WriteVerbose(string text);

    void WriteDebug(string text);

    void WriteInformation(string text, params string[] tags);

    void WriteProgress(ProgressReport report);

    /// <summary>Asks on the pipeline thread (-WhatIf, -Confirm). Cancelled when the pipeline stops first.</summary>
    Task<bool> ShouldProcessAsync(string target, string action);

    /// <summary>Asks the user on the pipeline thread, whatever the preferences say. Cancelled when the pipeline stops first.</summary>
    Task<bool> ShouldContinueAsync(string query, string caption);
}
