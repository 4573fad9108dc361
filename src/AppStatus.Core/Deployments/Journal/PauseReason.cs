namespace AppStatus.Core.Deployments.Journal;

/// <summary>Why a run waits.</summary>
internal enum PauseReason
{
    /// <summary>An operator suspended it.</summary>
    Suspended,

    /// <summary>A gate waits for an approval.</summary>
    Approval,

    /// <summary>The failure budget is spent, and the run was told to pause then.</summary>
    Failure,

    /// <summary>The analysis could not tell whether the canaries are good.</summary>
    Inconclusive,

    /// <summary>The time after which no lane starts has come.</summary>
    WindowClosed,
}
