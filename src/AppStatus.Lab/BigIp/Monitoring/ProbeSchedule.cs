using AppStatus.Lab.BigIp.Model;

namespace AppStatus.Lab.BigIp.Monitoring;

/// <summary>When a member is probed next by one monitor, and since when it has given no good answer. Times are the time provider's timestamps.</summary>
internal sealed class ProbeSchedule
{
    public required HttpMonitor Monitor { get; set; }

    public required SocketName Target { get; init; }

    public required long NextDue { get; set; }

    public required long LastGood { get; set; }

    public bool IsRunning { get; set; }
}
