namespace AppStatus.Core.Deployments.Planning;

/// <summary>What is done when the failure budget is spent.</summary>
public enum FailureAction
{
    /// <summary>Nothing new starts; what failed stays out.</summary>
    Halt,

    /// <summary>What was done is undone, under the same limits.</summary>
    Rollback,

    /// <summary>The run waits for somebody to resume, undo or stop it.</summary>
    Pause,
}
