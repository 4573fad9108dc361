using AppStatus.Core.Monitoring.Metrics.Expressions;

namespace AppStatus.Core.Monitoring.Metrics.Local;

internal static class LocalDisks
{
    public static IReadOnlyList<double?> Read() =>
        [.. DriveInfo.GetDrives().Where(drive => drive.DriveType is DriveType.Fixed or DriveType.Unknown).Select(Used).Where(used => used.IsDisk).Select(used => used.Percent)];

    private static (bool IsDisk, double? Percent) Used(DriveInfo drive)
    {
        try
        {
            if (!drive.IsReady || FileSystems.IsUnreal(drive.DriveFormat) || drive.TotalSize == 0) return (false, null);
            return (true, FileSystems.UsedPercent(drive.TotalSize, drive.TotalFreeSpace, drive.AvailableFreeSpace));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // A mount that we may not look into is not ours to judge.
            return (false, null);
        }
    }
}
