using AppStatus.AspNetCore.Authentication;

namespace AppStatus.AspNetCore;

/// <summary>How an application answers at its status endpoint.</summary>
public sealed class AppStatusOptions
{
    /// <summary>The version to report. Default: the variable APPSTATUS_RELEASE where an environment sets it, else the entry assembly's informational version without its commit hash, else <c>unknown</c>.</summary>
    public string? Version { get; set; } = Variable("APPSTATUS_RELEASE");

    /// <summary>Reported as <c>hostname</c> where set. Default: the variable APPSTATUS_NAME.</summary>
    public string? HostName { get; set; } = Variable("APPSTATUS_NAME");

    /// <summary>Reported as <c>appid</c> where set.</summary>
    public string? AppId { get; set; }

    /// <summary>The status when none has been kept. Default: the variable APPSTATUS_STATUS (ready, stage, stand-by), else stand-by.</summary>
    public InstanceStatus InitialStatus { get; set; } = Variable("APPSTATUS_STATUS") switch
    {
        "ready" => InstanceStatus.Ready,
        "stage" => InstanceStatus.Stage,
        _ => InstanceStatus.StandBy,
    };

    /// <summary>
    /// The file that carries the status over a restart; relative paths start at the content root. Give each instance on a host its own,
    /// outside of the folder that a deployment replaces. <see langword="null"/> keeps the status in memory only.
    /// </summary>
    public string? StatusFile { get; set; } = "appstatus.state";

    /// <summary>
    /// <see langword="true"/> (the default) refuses an unknown value with 400. <see langword="false"/> behaves as the original
    /// endpoint does: an unknown value becomes stand-by, and the answer is 200.
    /// </summary>
    public bool Strict { get; set; } = true;

    /// <summary>The status code of a GET while the status is not ready, for balancers that look at codes: 200 to 599. Default: 200.</summary>
    public int UnavailableStatusCode { get; set; } = 200;

    /// <summary>
    /// The application's own authorization policy for changing the status. Default: the role <see cref="OperatorRole"/>,
    /// authenticated by this package's handlers where they are registered, else by the application's default scheme.
    /// </summary>
    public string? AuthorizationPolicy { get; set; }

    /// <summary>The role that may change the status, where no <see cref="AuthorizationPolicy"/> is named.</summary>
    public string OperatorRole { get; set; } = OperatorAuthenticationDefaults.OperatorRole;

    // As an environment of Start-AppEnvironment gives them to its instances.
    private static string? Variable(string name) => Environment.GetEnvironmentVariable(name) is { Length: > 0 } value ? value : null;
}
