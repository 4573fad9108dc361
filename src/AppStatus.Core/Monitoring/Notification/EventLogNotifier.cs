using System.Runtime.InteropServices;
using AppStatus.Core.Errors;
using AppStatus.Core.Monitoring.Alerts;

namespace AppStatus.Core.Monitoring.Notification;

/// <summary>
/// Windows' Application log, by advapi32: neither a package nor a program is needed. A source that is not registered works, too; the
/// viewer then says so in front of the text.
/// </summary>
internal sealed class EventLogNotifier(string source, string channel) : INotifier
{
    private const uint EventId = 1000, ClearedEventId = 1001;

    /// <summary>An entry holds 31,839 characters a text.</summary>
    private const int TextLimit = 30_000;

    /// <exception cref="AppStatusException"><see cref="ErrorId.NotSupported"/>.</exception>
    public static void Require()
    {
        if (!RuntimeInformation.IsOSPlatform(OSPlatform.Windows))
            throw new AppStatusException(ErrorId.NotSupported, "There is a Windows event log on Windows only. No channel was made.", "Use New-AlertChannel -Smtp or -Webhook here.");
    }

    public Task<NotificationResult> SendAsync(AlertNotification notification, CancellationToken cancellationToken)
    {
        Require();
        return Task.Run(
            () => Report(notification) is { } error
                ? NotificationResult.Failed(channel, FormattableString.Invariant($"Windows refused the entry (error {error})"), "Look whether the Application log is full or may not be written.")
                : new NotificationResult(channel, Fault: null),
            cancellationToken);
    }

    public void Dispose()
    {
        // The log is opened for each entry.
    }

    /// <summary>Windows' error number; null where the entry is written.</summary>
    private int? Report(AlertNotification notification)
    {
        IntPtr log = RegisterEventSource(null, source);
        if (log == IntPtr.Zero) return Marshal.GetLastWin32Error();
        try
        {
            string[] texts = [SafeText.OfLines($"{notification.Subject}\r\n\r\n{notification.Text}", TextLimit)];
            bool cleared = notification.Alerts.Count > 0 && notification.Alerts.All(alert => alert.State == AlertState.Cleared);
            return ReportEvent(log, cleared ? (ushort)4 : TypeOf(notification.Severity), 0, cleared ? ClearedEventId : EventId, IntPtr.Zero, 1, 0, texts, IntPtr.Zero) ? null : Marshal.GetLastWin32Error();
        }
        finally
        {
            DeregisterEventSource(log);
        }
    }

    // EVENTLOG_ERROR_TYPE, _WARNING_TYPE and _INFORMATION_TYPE.
    private static ushort TypeOf(AlertSeverity severity) => severity switch { AlertSeverity.Critical => 1, AlertSeverity.Warning => 2, _ => 4 };

    [DllImport("advapi32.dll", EntryPoint = "RegisterEventSourceW", CharSet = CharSet.Unicode, SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.System32)]
    private static extern IntPtr RegisterEventSource(string? server, string source);

    [DllImport("advapi32.dll", EntryPoint = "ReportEventW", CharSet = CharSet.Unicode, SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.System32)]
    [return: MarshalAs(UnmanagedType.Bool)]
    private static extern bool ReportEvent(IntPtr log, ushort type, ushort category, uint eventId, IntPtr user, ushort texts, uint dataSize, string[] text, IntPtr data);

    [DllImport("advapi32.dll", EntryPoint = "DeregisterEventSource", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.System32)]
    [return: MarshalAs(UnmanagedType.Bool)]
    private static extern bool DeregisterEventSource(IntPtr log);
}
