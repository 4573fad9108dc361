using System.Runtime.ExceptionServices;
using AppStatus.Core;
using AppStatus.Core.Errors;

namespace AppStatus.Pipeline;

/// <summary>
/// Each cause's category and one line of help, and the way from a failure to an error record. The id of the record is
/// the constant's name; PowerShell appends the cmdlet's class.
/// </summary>
internal static class ErrorCatalogue
{
    public static (ErrorCategory Category, string Help) Of(ErrorId id) => id switch
    {
        ErrorId.InvalidTarget => (ErrorCategory.InvalidArgument, "The input names no instance: pass host, host:port, a URI, or an object with Uri, Address and Port, or ComputerName."),
        ErrorId.InvalidArgument => (ErrorCategory.InvalidArgument, "A parameter's value can't be used; the message says which and why."),
        ErrorId.NoInstances => (ErrorCategory.InvalidArgument, "Nothing came through the pipeline, so nothing was done."),
        ErrorId.DuplicateMember => (ErrorCategory.InvalidArgument, "The same member of a pool was passed twice."),
        ErrorId.PasswordInUri => (ErrorCategory.InvalidArgument, "A password in a URI ends up in transcripts: use -Credential."),

        ErrorId.Unreachable => (ErrorCategory.ConnectionError, "No connection: unknown name, refused, or no route."),
        ErrorId.TimedOut => (ErrorCategory.OperationTimeout, "No whole answer within the time limit."),
        ErrorId.CertificateUntrusted => (ErrorCategory.SecurityError, "The server's certificate is not trusted, or is another's."),
        ErrorId.ConnectionClosed => (ErrorCategory.ConnectionError, "The connection broke before the answer was whole."),

        ErrorId.AuthenticationFailed => (ErrorCategory.AuthenticationError, "The server does not know this user, password or token."),
        ErrorId.AccessDenied => (ErrorCategory.PermissionDenied, "The server knows the user, who may not do this."),
        ErrorId.HttpError => (ErrorCategory.ProtocolError, "The server answered with an error."),
        ErrorId.RedirectRefused => (ErrorCategory.ProtocolError, "The server points elsewhere; redirects are not followed."),
        ErrorId.InvalidResponse => (ErrorCategory.InvalidData, "The answer is not what such a server sends."),

        ErrorId.RedisRefused => (ErrorCategory.InvalidOperation, "Redis refused; the message has its reason and what to do."),

        ErrorId.StatusEndpointNotFound => (ErrorCategory.ObjectNotFound, "There is a server, but no status endpoint at that path."),
        ErrorId.StatusNotAccepted => (ErrorCategory.InvalidResult, "The instance answered with another status than the one that was set."),
        ErrorId.StatusNotReached => (ErrorCategory.OperationTimeout, "The instance did not get to the awaited status or version in time."),

        ErrorId.EnvironmentNotFound => (ErrorCategory.ObjectNotFound, "There is no such environment, or an instance belongs to none."),
        ErrorId.EnvironmentDiffers => (ErrorCategory.ResourceExists, "An environment of that name exists with another definition."),
        ErrorId.EnvironmentNotReady => (ErrorCategory.ResourceUnavailable, "A part of the environment was started, and does not work."),
        ErrorId.ProgramNotFound => (ErrorCategory.NotInstalled, "A program that is needed is not on the PATH."),
        ErrorId.ImageNotFound => (ErrorCategory.ObjectNotFound, "There is no such image here, and it can't be pulled."),
        ErrorId.ContainerEngineUnavailable => (ErrorCategory.ConnectionError, "docker or podman does not reach its engine."),
        ErrorId.ContainerFailed => (ErrorCategory.InvalidOperation, "docker or podman refused; the message has its words."),

        ErrorId.NotConnected => (ErrorCategory.ConnectionError, "There is no session: connect first."),
        ErrorId.BalancerNotConnected => (ErrorCategory.ConnectionError, "The balancer that the journal names is not connected."),
        ErrorId.PoolNotFound => (ErrorCategory.ObjectNotFound, "The balancer has no such pool."),
        ErrorId.NotARoutingTable => (ErrorCategory.InvalidType, "The key in Redis holds something else than a list of entries with name and url."),
        ErrorId.MemberNotFound => (ErrorCategory.ObjectNotFound, "The pool has no such member."),
        ErrorId.VirtualServerNotFound => (ErrorCategory.ObjectNotFound, "The balancer has no such virtual server."),
        ErrorId.NoServingMember => (ErrorCategory.InvalidOperation, "No member of that pool serves."),
        ErrorId.BalancerRefused => (ErrorCategory.InvalidOperation, "The balancer refused; the message has its words."),
        ErrorId.NotSupported => (ErrorCategory.NotImplemented, "This balancer, or its version, can't do that."),
        ErrorId.WriteNotConfirmed => (ErrorCategory.InvalidResult, "The balancer took the change, and reads back something else."),
        ErrorId.StandbyUnit => (ErrorCategory.InvalidOperation, "This unit is on standby: connect to the active one."),
        ErrorId.TokenLimitReached => (ErrorCategory.QuotaExceeded, "The device gives this user no more tokens."),
        ErrorId.LastServingMember => (ErrorCategory.InvalidOperation, "This would leave the pool without a serving member."),
        ErrorId.MemberNotReached => (ErrorCategory.OperationTimeout, "The member did not get to the awaited state in time."),

        ErrorId.FlagNotFound => (ErrorCategory.ObjectNotFound, "The Redis has no such flag."),
        ErrorId.NotAFlag => (ErrorCategory.InvalidType, "The key in Redis holds something else than a flag, and was left as it is."),

        ErrorId.MetricNotFound => (ErrorCategory.ObjectNotFound, "The source serves no metric of that name."),
        ErrorId.MetricsEndpointNotFound => (ErrorCategory.ObjectNotFound, "There is a server, but no metrics at that path."),
        ErrorId.NoData => (ErrorCategory.InvalidResult, "The metric has no value at this time; the message says why."),
        ErrorId.QueryRefused => (ErrorCategory.InvalidArgument, "The Prometheus server does not understand the query, or it gives no value for an instance."),
        ErrorId.NotificationFailed => (ErrorCategory.ResourceUnavailable, "An alert could not be told by this channel."),
        ErrorId.AlertActionFailed => (ErrorCategory.InvalidResult, "The script block of -Action failed for an alert; the watch goes on."),

        ErrorId.MinimumHealthyUnreachable => (ErrorCategory.LimitsExceeded, "The plan would take the pool below -MinimumHealthy."),
        ErrorId.PlanRefused => (ErrorCategory.InvalidOperation, "The plan can't run; nothing was touched."),
        ErrorId.StoreUnavailable => (ErrorCategory.ResourceUnavailable, "The store of journals can't be read or written."),
        ErrorId.JournalDamaged => (ErrorCategory.InvalidData, "The journal can't be read to its end."),
        ErrorId.PoolLocked => (ErrorCategory.ResourceBusy, "Another deployment has the pool; the message names it."),
        ErrorId.LeaseLost => (ErrorCategory.ResourceUnavailable, "The right to change the pool was lost, so nothing more was changed."),
        ErrorId.DeploymentFailed => (ErrorCategory.OperationStopped, "The deployment ran to its end, with failures."),
        ErrorId.DeploymentHalted => (ErrorCategory.OperationStopped, "The deployment halted before all its lanes were started."),
        ErrorId.DeploymentStopped => (ErrorCategory.OperationStopped, "The deployment was stopped."),
        ErrorId.DeploymentPaused => (ErrorCategory.OperationStopped, "The deployment waited for somebody until its patience ended; it can be resumed."),
        ErrorId.DeploymentInterrupted => (ErrorCategory.OperationStopped, "The deployment's driver ended without saying how; it can be resumed."),
        ErrorId.DeploymentRolledBack => (ErrorCategory.OperationStopped, "The deployment failed, and everything that it changed is back as it was."),
        ErrorId.DeploymentUnfinished => (ErrorCategory.ResourceBusy, "An earlier deployment of the pool is not finished."),
        ErrorId.DeploymentNotFound => (ErrorCategory.ObjectNotFound, "The store has no such deployment."),
        ErrorId.DeploymentSuperseded => (ErrorCategory.InvalidOperation, "A newer deployment has touched the pool, so the snapshot holds no more."),
        ErrorId.DeploymentNotRunning => (ErrorCategory.InvalidOperation, "The deployment stands in a way to which this means nothing."),
        ErrorId.EarlierReleaseUnknown => (ErrorCategory.ObjectNotFound, "What an instance ran before is not known, so it can't go back to it by itself."),
        ErrorId.ScriptMissing => (ErrorCategory.ObjectNotFound, "A script that the deployment needs is not there, or was not passed again."),
        ErrorId.PlanOutdated => (ErrorCategory.InvalidOperation, "The world has changed since the plan was made."),
        ErrorId.UsingVariableNotFound => (ErrorCategory.ObjectNotFound, "A $using: variable of the script block does not exist here."),
        ErrorId.VerificationUnavailable => (ErrorCategory.ResourceUnavailable, "What the verification needs can't be had."),
        ErrorId.ReportNotWritten => (ErrorCategory.WriteError, "The file of a report can't be written, or is there already."),

        ErrorId.CheckFailed or ErrorId.HookFailed or ErrorId.DeployFailed or ErrorId.HealthNotReached
            or ErrorId.VersionMismatch or ErrorId.NotServing => (ErrorCategory.InvalidResult, "A step of a lane failed; the message says which."),
        ErrorId.AlertFired => (ErrorCategory.LimitsExceeded, "A rule that watched the deployment fired."),
        ErrorId.AnalysisFailed => (ErrorCategory.InvalidResult, "The analysis found the canaries worse than they may be."),
        ErrorId.ShareUnreachable => (ErrorCategory.InvalidArgument, "No weights, or no number of instances, make the share of the traffic that was asked for."),
        ErrorId.DrainTimedOut or ErrorId.DeployTimedOut => (ErrorCategory.OperationTimeout, "A step of a lane took too long."),
        ErrorId.DeployNotStopped => (ErrorCategory.ResourceBusy, "A deploy could not be stopped and may still be running; no second one is started beside it."),
        ErrorId.CapacityLost => (ErrorCategory.LimitsExceeded, "Too few members serve for the lane to go on."),
        ErrorId.Interrupted => (ErrorCategory.OperationStopped, "A step was under way when the driver ended."),
        ErrorId.ApprovalDenied => (ErrorCategory.PermissionDenied, "Somebody denied the approval that a gate waited for."),
        ErrorId.ChangedByOperator => (ErrorCategory.InvalidOperation, "Somebody changed a member by hand in the meantime; it was not overwritten."),
        ErrorId.Stopped => (ErrorCategory.OperationStopped, "It was stopped."),
        ErrorId.Unexpected => (ErrorCategory.NotSpecified, "A fault of AppStatus itself: please report it, with the output of Get-Error."),
        _ => (ErrorCategory.NotSpecified, ""),
    };

    public static ErrorRecord ToRecord(Fault fault, object? target, Exception? inner = null)
    {
        var safe = new Fault(fault.Id, SafeText.OfLines(fault.Message), SafeText.OfLines(fault.NextStep));
        return new ErrorRecord(new AppStatusException(safe, target, inner), safe.Id.ToString(), Of(safe.Id).Category, target)
        {
            // The next step is a part of the text: as a RecommendedAction, Windows PowerShell would not show it.
            ErrorDetails = new ErrorDetails(safe.ToString()),
        };
    }

    /// <summary>Writes or throws an exception of the work, on the pipeline thread.</summary>
    public static void Raise(AppStatusCmdlet cmdlet, Exception exception, bool terminating)
    {
        // A script-like throw, and what PowerShell itself threw into our work, keep their own record.
        if (exception is RuntimeException) ExceptionDispatchInfo.Capture(exception).Throw();

        ErrorRecord record = exception is AppStatusException known
            ? ToRecord(known.Fault, known.Target, known.InnerException)
            : ToRecord(new Fault(ErrorId.Unexpected, $"{exception.GetType().Name}: {exception.Message}"), target: null, exception);
        if (terminating) cmdlet.End(record);
        else cmdlet.WriteError(record);
    }
}
