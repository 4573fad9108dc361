using AppStatus.Core.Errors;
using AppStatus.Core.Reporting.AzurePipelines;

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

    /// <summary>An information record that the console shows, whatever the preference: as Write-Host does it.</summary>
    void WriteHost(string text, params string[] tags);

    /// <summary>The same for a line that the agent of a build server obeys.</summary>
    void WriteCommand(AgentCommand command);

    void WriteProgress(ProgressReport report);

    /// <summary>Asks on the pipeline thread (-WhatIf, -Confirm). Cancelled when the pipeline stops first.</summary>
    Task<bool> ShouldProcessAsync(string target, string action);

    /// <summary>The same in sentences of one's own: <paramref name="description"/> is what -WhatIf and -Verbose show, <paramref name="query"/> what -Confirm asks.</summary>
    Task<bool> ShouldProcessAsync(string description, string query, string caption);

    /// <summary>Runs something of the session's (paths, variables, script blocks) on the pipeline thread. Cancelled when the pipeline stops first.</summary>
    Task<T> OnPipelineAsync<T>(Func<T> read);

    /// <summary>What a person must know even after Ctrl+C, when nothing can be written any more: shown on the console when all work has ended.</summary>
    void WriteLastWords(string text);

    /// <summary>Asks the user on the pipeline thread, whatever the preferences say. Cancelled when the pipeline stops first.</summary>
    Task<bool> ShouldContinueAsync(string query, string caption);
}
