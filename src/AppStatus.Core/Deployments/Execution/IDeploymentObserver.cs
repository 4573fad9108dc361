using AppStatus.Core.Deployments.Journal;

namespace AppStatus.Core.Deployments.Execution;

/// <summary>Hears of everything as it happens, in order. It must not throw and must not block.</summary>
internal interface IDeploymentObserver
{
    void OnRecord(JournalRecord record, RunState state);

    /// <summary>A short text on what a running step waits for.</summary>
    void OnReport(Planning.Lane lane, string text);
}
