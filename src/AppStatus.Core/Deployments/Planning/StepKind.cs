namespace AppStatus.Core.Deployments.Planning;

/// <summary>What can happen to one instance. The set is closed: each has one handler in <c>Execution/Steps</c>.</summary>
public enum StepKind
{
    /// <summary>Reads the instance's health before anything is touched.</summary>
    CheckHealth,

    /// <summary>The user's hook before the drain.</summary>
    BeforeDrain,

    /// <summary>Takes the members out of new traffic; waits for capacity first.</summary>
    Drain,

    /// <summary>Waits until the members' live connections have ended.</summary>
    AwaitIdle,

    /// <summary>Runs the user's deploy action.</summary>
    Deploy,

    /// <summary>Waits a fixed time before the first check.</summary>
    Settle,

    /// <summary>Waits until the instance is healthy, without a break, and runs the expected version.</summary>
    Verify,

    /// <summary>Puts the members back as they were before.</summary>
    Restore,

    /// <summary>Puts members into traffic that were not in it.</summary>
    Enter,

    /// <summary>Waits until the balancer sends traffic again.</summary>
    AwaitServing,

    /// <summary>Verifies again, now that the instance gets traffic.</summary>
    Confirm,

    /// <summary>Sends a virtual server's new connections to another pool.</summary>
    SwitchPool,

    /// <summary>Sets the weights of a canary's step.</summary>
    Shift,

    /// <summary>Takes the canaries' traffic to nothing: what is stable gets its weights back first.</summary>
    Cut,

    /// <summary>Frees an instance that was replaced for the next release: its status becomes <c>stage</c>.</summary>
    Commit,

    /// <summary>The user's hook after the members are back.</summary>
    AfterRestore,

    /// <summary>Compensation: puts members back that were drained, and on which nothing was deployed.</summary>
    PutBack,

    /// <summary>The fleet check's: takes a member with the wrong version out of traffic.</summary>
    TakeOut,
}
