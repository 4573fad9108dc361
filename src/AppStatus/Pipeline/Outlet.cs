using System.Runtime.ExceptionServices;
using AppStatus.Core.Errors;
using AppStatus.Core.Reporting.AzurePipelines;

namespace AppStatus.Pipeline;

/// <summary>
/// Where one piece of work writes. The pump empties its outlets in the order in which they were opened, so that output
/// keeps the order of input while the work itself ends in any order.
/// </summary>
internal sealed class Outlet(Pump pump) : IPipelineWriter
{
    /// <summary>Guarded by the pump's lock.</summary>
    internal Queue<PumpEvent> Events { get; } = new();

    /// <summary>Guarded by the pump's lock: nothing more will come.</summary>
    internal bool Completed { get; set; }

    public void WriteObject(object? value) => Post(cmdlet => cmdlet.WriteObject(value));

    public void WriteError(Fault fault, object? target) =>
        Post(cmdlet => cmdlet.WriteError(ErrorCatalogue.ToRecord(fault, target)));

    public void WriteWarning(string text) => Post(cmdlet => cmdlet.WriteWarning(SafeLines(text)));

    public void WriteVerbose(string text) => Post(cmdlet => cmdlet.WriteVerbose(SafeLines(text)));

    public void WriteDebug(string text) => Post(cmdlet => cmdlet.WriteDebug(SafeLines(text)));

    public void WriteInformation(string text, params string[] tags) =>
        Post(cmdlet => cmdlet.WriteInformation(SafeLines(text), tags));

    public void WriteHost(string text, params string[] tags) => Post(cmdlet => Show(cmdlet, SafeLines(text), tags));

    // The one text that is not neutralised: it was escaped when it was made.
    public void WriteCommand(AgentCommand command) => Post(cmdlet => Show(cmdlet, command.ToString(), ["AppStatus.Agent"]));

    public void WriteProgress(ProgressReport report) => Post(cmdlet => cmdlet.WriteProgress(ToRecord(report)));

    public Task<bool> ShouldProcessAsync(string target, string action) =>
        AskAsync(cmdlet => cmdlet.ShouldProcess(SafeLines(target), SafeLines(action)));

    public Task<bool> ShouldProcessAsync(string description, string query, string caption) =>
        AskAsync(cmdlet => cmdlet.ShouldProcess(SafeLines(description), SafeLines(query), SafeLines(caption)));

    public async Task<T> OnPipelineAsync<T>(Func<T> read)
    {
        T result = default!;
        ExceptionDispatchInfo? failure = null;
        await AskAsync(_ =>
        {
            try
            {
                result = read();
            }
            catch (AppStatusException exception)
            {
                failure = ExceptionDispatchInfo.Capture(exception);
            }

            return true;
        }).ConfigureAwait(false);
        failure?.Throw();
        return result;
    }

    public void WriteLastWords(string text) => pump.LastWords = SafeLines(text);

    public Task<bool> ShouldContinueAsync(string query, string caption) =>
        AskAsync(cmdlet => cmdlet.ShouldContinue(SafeLines(query), SafeLines(caption)));

    /// <summary>Ends the pipeline with this error, once everything that was written before has come out.</summary>
    internal void Fail(Exception exception, bool terminating) => Post(cmdlet => ErrorCatalogue.Raise((AppStatusCmdlet)cmdlet, exception, terminating));

    private static void Show(Cmdlet cmdlet, string text, string[] tags) => cmdlet.WriteInformation(new HostInformationMessage { Message = text }, ["PSHOST", .. tags]);

    private static string SafeLines(string text) => Core.SafeText.OfLines(text);

    private static ProgressRecord ToRecord(ProgressReport report)
    {
        // PowerShell refuses empty texts here with an exception, which must never end a deployment.
        string activity = report.Activity.Length == 0 ? " " : Core.SafeText.Of(report.Activity);
        string status = report.Status.Length == 0 ? " " : Core.SafeText.Of(report.Status);
        return new ProgressRecord(report.Id, activity, status)
        {
            ParentActivityId = report.ParentId == report.Id ? -1 : report.ParentId,
            PercentComplete = Math.Min(report.PercentComplete, 100),
            SecondsRemaining = report.SecondsRemaining,
            RecordType = report.Completed ? ProgressRecordType.Completed : ProgressRecordType.Processing,
        };
    }

    private void Post(Action<Cmdlet> write) => pump.Post(this, new PumpEvent(write, Drop: null));

    private Task<bool> AskAsync(Func<Cmdlet, bool> question)
    {
        // Continuations run elsewhere: the pipeline thread must not be borrowed by the work.
        var answer = new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously);
        pump.Post(this, new PumpEvent(
            cmdlet =>
            {
                try
                {
                    answer.TrySetResult(question(cmdlet));
                }
                catch
                {
                    answer.TrySetCanceled();
                    throw;
                }
            },
            Drop: () => answer.TrySetCanceled()));
        return answer.Task;
    }
}

/// <param name="Write">Run on the pipeline thread.</param>
/// <param name="Drop">Run in its place when the pipeline has stopped.</param>
internal sealed record PumpEvent(Action<Cmdlet> Write, Action? Drop);
