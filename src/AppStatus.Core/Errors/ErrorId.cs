namespace AppStatus.Core.Errors;

/// <summary>One constant a cause: what a script compares, and what the help lists. A name, once shipped, keeps its meaning.</summary>
public enum ErrorId
{
    // Targets and input
    InvalidTarget,
    InvalidArgument,
    NoInstances,
    DuplicateMember,
    PasswordInUri,

    // Reaching a server
    Unreachable,
    TimedOut,
    CertificateUntrusted,
    ConnectionClosed,

    // What an HTTP server said
    AuthenticationFailed,
    AccessDenied,
    HttpError,
    RedirectRefused,
    InvalidResponse,

    // What a Redis said
    RedisRefused,

    // Status endpoints
    StatusEndpointNotFound,
    StatusNotAccepted,
    StatusNotReached,

    // Balancers
    NotConnected,
    BalancerNotConnected,
    PoolNotFound,
    NotARoutingTable,
    MemberNotFound,
    VirtualServerNotFound,
    NoServingMember,
    BalancerRefused,
    NotSupported,
    WriteNotConfirmed,
    StandbyUnit,
    TokenLimitReached,
    LastServingMember,
    MemberNotReached,

    // Feature flags
    FlagNotFound,
    NotAFlag,

    // Metrics and alerts
    MetricNotFound,
    MetricsEndpointNotFound,
    NoData,
    QueryRefused,
    NotificationFailed,
    AlertActionFailed,

    // Environments
    EnvironmentNotFound,
    EnvironmentDiffers,
    EnvironmentNotReady,
    ProgramNotFound,
    ImageNotFound,
    ContainerEngineUnavailable,
    ContainerFailed,

    // Deployments
    MinimumHealthyUnreachable,
    PlanRefused,
    StoreUnavailable,
    JournalDamaged,
    LeaseLost,
    DeploymentFailed,
    DeploymentHalted,
    DeploymentStopped,
    DeploymentPaused,
    DeploymentInterrupted,
    DeploymentRolledBack,
    DeploymentUnfinished,
    DeploymentNotFound,
    DeploymentSuperseded,
    DeploymentNotRunning,
    EarlierReleaseUnknown,
    ScriptMissing,
    PlanOutdated,
    PoolLocked,
    UsingVariableNotFound,
    VerificationUnavailable,
    ReportNotWritten,

    // Steps of a lane; they stand in lanes and journals
    CheckFailed,
    HookFailed,
    DrainTimedOut,
    CapacityLost,
    DeployFailed,
    DeployTimedOut,
    DeployNotStopped,
    HealthNotReached,
    VersionMismatch,
    NotServing,
    AlertFired,
    AnalysisFailed,
    ShareUnreachable,
    Stopped,
    Interrupted,
    ApprovalDenied,
    ChangedByOperator,
    Unexpected,
}
