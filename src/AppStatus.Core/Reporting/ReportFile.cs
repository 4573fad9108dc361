using System.Text;
using AppStatus.Core.Errors;
using AppStatus.Core.Reporting.Html;

namespace AppStatus.Core.Reporting;

/// <summary>Where a report goes, and in which form.</summary>
/// <param name="path">A file, or a folder in which the file is named by the deployment's id.</param>
/// <param name="isFolder">Whether it is a folder.</param>
/// <param name="format">The form.</param>
internal sealed class ReportFile(string path, bool isFolder, ReportFormat format)
{
    /// <summary>One file takes one report; a folder takes any number.</summary>
    public bool TakesOne => !isFolder;

    /// <param name="path">A full path.</param>
    /// <param name="isFolder">It was written as a folder's; one that is there is known as such anyway.</param>
    /// <param name="format">Null: by the extension, <c>.md</c> or <c>.markdown</c> for Markdown, else HTML.</param>
    public static ReportFile Of(string path, bool isFolder, ReportFormat? format)
    {
        bool markdown = Path.GetExtension(path) is { } extension && (extension.Equals(".md", StringComparison.OrdinalIgnoreCase) || extension.Equals(".markdown", StringComparison.OrdinalIgnoreCase));
        return new ReportFile(path, isFolder || Directory.Exists(path), format ?? (markdown && !Directory.Exists(path) ? ReportFormat.Markdown : ReportFormat.Html));
    }

    public string PathOf(string id) => isFolder ? Path.Combine(path, id + (format == ReportFormat.Html ? ".html" : ".md")) : path;

    /// <summary>Tries it, so that a wrong path fails before anything is touched; makes nothing.</summary>
    /// <exception cref="AppStatusException"><see cref="ErrorId.ReportNotWritten"/>.</exception>
    public void Require()
    {
        try
        {
            WritableFolder.Require(Folder(path));
            if (!isFolder && File.Exists(path)) File.Open(path, FileMode.Open, FileAccess.Write, FileShare.ReadWrite).Dispose();
        }
        catch (Exception cause) when (IsExpected(cause))
        {
            throw new AppStatusException(ErrorId.ReportNotWritten, $"The report can't be written to {path}: {cause.Message.TrimEnd('.')}. Nothing was touched.", "Name a file, or a folder, that can be written.", path, cause);
        }
    }

    /// <summary>Writes the whole file, or leaves what was there.</summary>
    /// <returns>Its path.</returns>
    /// <exception cref="AppStatusException"><see cref="ErrorId.ReportNotWritten"/>.</exception>
    public string Write(DeploymentReport report)
    {
        string file = PathOf(report.Result.Id), temporary = $"{file}.{Guid.NewGuid():n}";
        try
        {
            Directory.CreateDirectory(Folder(file));
            try
            {
                File.WriteAllText(temporary, format == ReportFormat.Html ? HtmlReport.Of(report) : MarkdownReport.Of(report), new UTF8Encoding(encoderShouldEmitUTF8Identifier: false));
                if (File.Exists(file)) File.Replace(temporary, file, destinationBackupFileName: null);
                else File.Move(temporary, file);
            }
            finally
            {
                File.Delete(temporary);
            }

            return file;
        }
        catch (Exception cause) when (IsExpected(cause))
        {
            throw new AppStatusException(
                ErrorId.ReportNotWritten, $"The report of deployment {report.Result.Id} could not be written to {file}: {cause.Message.TrimEnd('.')}. The deployment itself is as its journal says.",
                $"Free or mend the path, or name another one: Export-DeploymentReport -Id {report.Result.Id} -Path …", file, cause);
        }
    }

    private string Folder(string file) => isFolder ? path : Path.GetDirectoryName(file)!;

    private static bool IsExpected(Exception cause) => cause is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException;
}

/// <summary>The forms of a report.</summary>
internal enum ReportFormat
{
    Html,

    Markdown,
}
