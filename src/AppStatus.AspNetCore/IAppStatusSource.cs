namespace AppStatus.AspNetCore;

/// <summary>The status as the application itself sees it, to pause its queues on stand-by, say. Injectable; fake it in tests.</summary>
public interface IAppStatusSource
{
    /// <summary>The status now.</summary>
    InstanceStatus Current { get; }

    /// <summary>
    /// Raised after the status has changed and been kept, before the operator gets the answer; changes arrive one at a time.
    /// What a handler throws is logged, and changes nothing.
    /// </summary>
    event EventHandler<AppStatusChangedEventArgs>? Changed;
}
