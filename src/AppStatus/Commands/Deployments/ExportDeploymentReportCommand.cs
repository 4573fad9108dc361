using AppStatus.Core.Deployments.Journal;
using AppStatus.Core.Errors;
using AppStatus.Core.Reporting;
using AppStatus.Pipeline;

namespace AppStatus.Commands.Deployments;

/// <summary>Writes a report of a deployment from its journal: a page that needs nothing else, or a short summary in Markdown.</summary>
[Cmdlet(VerbsData.Export, "DeploymentReport", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.Medium, DefaultParameterSetName = ById)]
[OutputType(typeof(FileInfo))]
public sealed class ExportDeploymentReportCommand : StoredDeploymentCmdlet
{
    private readonly HashSet<string> _written = new(StringComparer.Ordinal);
    private ReportFile? _file;

    /// <summary>The file; or a folder, in which the file is named by the deployment's id.</summary>
    [Parameter(Mandatory = true, Position = 1)]
    [ValidateNotNullOrEmpty]
    public string Path { get; set; } = "";

    /// <summary>Html or Markdown; default: Markdown for a file that ends in .md or .markdown, else Html.</summary>
    [Parameter]
    [ValidateSet("Html", "Markdown")]
    public string? Format { get; set; }

    /// <summary>Leaves a file that is there as it is, and says so.</summary>
    [Parameter]
    public SwitchParameter NoClobber { get; set; }

    /// <summary>Emits the file.</summary>
    [Parameter]
    public SwitchParameter PassThru { get; set; }

    private protected override bool Prepare()
    {
        ReportFormat? format = Format is null ? null : (ReportFormat)Enum.Parse(typeof(ReportFormat), Format, ignoreCase: true);
        _file = ReportPath.Of(Path, SessionState, format);
        return base.Prepare();
    }

    private protected override async Task RunAsync(IPipelineWriter output, IDeploymentStore store, string id, CancellationToken cancellationToken)
    {
        DeploymentReport report = await ReportReader.ReadAsync(store, id, cancellationToken).ConfigureAwait(false);
        string file = _file!.PathOf(id);
        if (!await output.ShouldProcessAsync(file, $"write the report of {report.Title}").ConfigureAwait(false)) return;
        if (!_written.Add(file))
            throw new AppStatusException(ErrorId.InvalidArgument, $"{file} has the report of another deployment of this pipeline: that of {id} is not written.", "Name a folder for several: each report gets the deployment's id for a name.", id);
        if (NoClobber && File.Exists(file))
            throw new AppStatusException(ErrorId.ReportNotWritten, $"{file} is there already, and -NoClobber leaves it as it is.", "Name another file, or leave -NoClobber out.", file);

        _file.Write(report);
        if (PassThru) output.WriteObject(new FileInfo(file));
    }
}
