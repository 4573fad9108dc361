namespace AppStatus.AspNetCore;

/// <summary>A change of the status.</summary>
public sealed class AppStatusChangedEventArgs(InstanceStatus previous, InstanceStatus current) : EventArgs
{
    public InstanceStatus Previous { get; } = previous;

    public InstanceStatus Current { get; } = current;
}
