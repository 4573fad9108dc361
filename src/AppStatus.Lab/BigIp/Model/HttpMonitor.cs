namespace AppStatus.Lab.BigIp.Model;

internal sealed record HttpMonitor(FullPath Name)
{
    public const string DefaultSend = @"GET /\r\n";

    /// <summary>What is sent, with <c>\r\n</c> as two characters each, as the device stores it.</summary>
    public string Send { get; init; } = DefaultSend;

    /// <summary>A regular expression that the answer must match; empty takes any answer.</summary>
    public string Receive { get; init; } = "";

    public TimeSpan Interval { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>A member without a good answer for so long is down.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(16);

    public string? Description { get; init; }
}
