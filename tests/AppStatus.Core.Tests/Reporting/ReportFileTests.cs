using AppStatus.Core.Deployments;
using AppStatus.Core.Errors;
using AppStatus.Core.Reporting;

namespace AppStatus.Core.Tests.Reporting;

public sealed class ReportFileTests : IDisposable
{
    private readonly string _folder = Path.Combine(Path.GetTempPath(), $"appstatus-report-{Guid.NewGuid():n}");
    private readonly DeploymentReport _report = Told.Rolling(1).Report(DeploymentState.Running);

    [Theory]
    [InlineData("a.html", "<!DOCTYPE")]
    [InlineData("a.md", "## ")]
    [InlineData("a.Markdown", "## ")]
    [InlineData("a", "<!DOCTYPE")]
    public void The_extension_tells_the_form(string name, string start) =>
        File.ReadAllText(ReportFile.Of(Path.Combine(_folder, "made", name), isFolder: false, format: null).Write(_report)).ShouldStartWith(start);

    [Fact]
    public void A_folder_takes_a_file_named_by_the_id()
    {
        Directory.CreateDirectory(_folder);
        string known = ReportFile.Of(_folder, isFolder: false, ReportFormat.Markdown).Write(_report);
        known.ShouldBe(Path.Combine(_folder, "d1.md"));
        string made = Path.Combine(_folder, "new");
        ReportFile.Of(made, isFolder: true, format: null).Write(_report).ShouldBe(Path.Combine(made, "d1.html"));
    }

    [Fact]
    public void What_was_there_is_replaced_and_nothing_else_is_left()
    {
        Directory.CreateDirectory(_folder);
        string path = Path.Combine(_folder, "a.html");
        File.WriteAllText(path, "old");
        ReportFile file = ReportFile.Of(path, isFolder: false, format: null);
        file.Require();
        File.ReadAllText(path).ShouldBe("old", "a try leaves it as it is");
        file.Write(_report);
        File.ReadAllText(path).ShouldStartWith("<!DOCTYPE");
        Directory.GetFileSystemEntries(_folder).ShouldBe([path]);
    }

    [Fact]
    public void A_path_that_can_t_be_is_refused()
    {
        Directory.CreateDirectory(_folder);
        string blocker = Path.Combine(_folder, "file");
        File.WriteAllText(blocker, "");
        ReportFile file = ReportFile.Of(Path.Combine(blocker, "a.html"), isFolder: false, format: null);
        Should.Throw<AppStatusException>(file.Require).Fault.ShouldSatisfyAllConditions(fault => fault.Id.ShouldBe(ErrorId.ReportNotWritten), fault => fault.Message.ShouldEndWith("Nothing was touched."));
        Should.Throw<AppStatusException>(() => file.Write(_report)).Fault.NextStep.ShouldContain("Export-DeploymentReport -Id d1");
    }

    public void Dispose()
    {
        if (Directory.Exists(_folder)) Directory.Delete(_folder, recursive: true);
    }
}
