using AppStatus.Core.Deployments;
using AppStatus.Core.Deployments.Journal;
using AppStatus.Core.Errors;
using AppStatus.Core.Reporting;
using AppStatus.Core.Tests.Deployments;

namespace AppStatus.Core.Tests.Reporting;

public sealed class MarkdownReportTests
{
    [Fact]
    public void Is_short_and_names_what_failed_first()
    {
        string text = MarkdownReport.Of(Told.Rolling(3).Whole(1, 2).Broken(2, "no disk").Then(new Halted(ErrorId.DeploymentHalted, "enough"), new DeploymentEnded(DeploymentState.Halted)).Report());
        string[] lines = text.Split('\n');
        lines[0].ShouldBe("## Rolling deployment of 2.0 to web: Halted");
        lines[2].ShouldBe("> enough");
        int table = Array.IndexOf(lines, "| Instance | State | From | To | Took | Left |");
        lines[table + 2].ShouldBe("| web02 | Failed | 1.0 | 2.0 | 6.0 s | web/web02 Draining DeployFailed: no disk |");
        lines[table + 3].ShouldStartWith("| web01 | Succeeded ");
        lines.ShouldContain("- `Undo-Deployment d1`: go back to what was before");
    }

    [Fact]
    public void Text_of_others_is_no_markup_and_no_further_row()
    {
        const string hostile = "a | b\n# head <img src=x> [link](http://evil) `code` **bold** ##vso[task.x]";
        string text = MarkdownReport.Of(Told.Rolling(1, Given.Options with { Reason = hostile }).Broken(1, hostile).Report(DeploymentState.Failed));
        text.ShouldNotContain("<img");
        text.ShouldNotContain("](");
        text.ShouldNotContain("##vso[");
        string row = text.Split('\n').Single(line => line.StartsWith("| web01", StringComparison.Ordinal));
        row.Replace("\\|", "").Count(c => c == '|').ShouldBe(7);
        row.ShouldContain("a \\| b \\# head &lt;img");
    }

    [Fact]
    public void Says_what_it_leaves_out()
    {
        string text = MarkdownReport.Of(Told.Rolling(250).Report(DeploymentState.Running));
        text.ShouldContain("\n50 more lanes are in the report.\n");
        text.Split('\n').Count(line => line.StartsWith("| web", StringComparison.Ordinal)).ShouldBe(200);
    }
}
