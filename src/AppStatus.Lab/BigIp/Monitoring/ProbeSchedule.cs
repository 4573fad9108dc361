namespace AppStatus.Lab.BigIp.Monitoring;

/// <summary>When a member is probed next by one monitor, and since when it has given no good answer.</summary>
internal sealed class ProbeSchedule
{
    public required long NextDue { get; set; }

    public required long LastGood { get; set; }

    public bool IsRunning { get; set; }
}
