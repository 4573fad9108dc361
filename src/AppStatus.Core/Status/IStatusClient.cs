namespace AppStatus.Core.Status;

/// <summary>Asks and sets the status of instances. Expected failures come back in <see cref="InstanceStatus.Fault"/>, never as exceptions.</summary>
internal interface IStatusClient
{
    Task<InstanceStatus> GetAsync(StatusTarget target, CancellationToken cancellationToken);

    /// <summary>Posts the status and compares what came back: a server that answers another status is a fault.</summary>
    Task<InstanceStatus> SetAsync(StatusTarget target, AppStatusValue status, CancellationToken cancellationToken);
}
