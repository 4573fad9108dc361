using AppStatus.Core.Reporting;

namespace AppStatus.Commands.Deployments;

/// <summary>What a path of a report means, the same in each cmdlet that has one.</summary>
internal static class ReportPath
{
    /// <summary>On the pipeline thread: a path is relative to the session's folder.</summary>
    public static ReportFile Of(string path, SessionState session, ReportFormat? format)
    {
        bool isFolder = path.EndsWith("/", StringComparison.Ordinal) || path.EndsWith("\\", StringComparison.Ordinal);
        return ReportFile.Of(session.Path.GetUnresolvedProviderPathFromPSPath(path), isFolder, format);
    }
}
