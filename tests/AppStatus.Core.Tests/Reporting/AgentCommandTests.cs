using AppStatus.Core.Deployments;
using AppStatus.Core.Deployments.Execution;
using AppStatus.Core.Deployments.Journal;
using AppStatus.Core.Errors;
using AppStatus.Core.Reporting.AzurePipelines;
using AppStatus.Core.Tests.Deployments;

namespace AppStatus.Core.Tests.Reporting;

public sealed class AgentCommandTests
{
    [Theory]
    [InlineData("plain; text]", "##vso[task.logissue type=error;]plain; text]")]
    [InlineData("100 % done\r\nand more", "##vso[task.logissue type=error;]100 %AZP25 done%0D%0Aand more")]
    [InlineData("%0A##vso[task.x]y", "##vso[task.logissue type=error;]%AZP250A# #vso[task.x]y")]
    [InlineData("\u001b[31mred", "##vso[task.logissue type=error;]\u241b[31mred")]
    public void Text_is_escaped_and_is_one_line(string text, string line) => AgentCommand.Error(text).ToString().ShouldBe(line);

    [Fact]
    public void Progress_and_warnings_have_their_properties()
    {
        AgentCommand.Progress(40, "rolling").ToString().ShouldBe("##vso[task.setprogress value=40;]rolling");
        AgentCommand.Warning("a").ToString().ShouldBe("##vso[task.logissue type=warning;]a");
    }

    [Theory]
    [InlineData("True", true)]
    [InlineData("true", true)]
    [InlineData("", false)]
    [InlineData("1", false)]
    [InlineData(null, false)]
    public void Only_an_agent_hears_them(string? tfBuild, bool heard) => AgentNarration.IsHeard(tfBuild).ShouldBe(heard);

    [Fact]
    public void A_run_tells_how_far_it_is_once_and_what_is_wrong()
    {
        RunByHand run = Given.Run(Given.Options, 2);
        var narration = new AgentNarration();
        string[] Tell(JournalEvent item)
        {
            run.Journal(item);
            return [.. narration.Of(new JournalRecord(0, run.Now, item), run.State).Select(command => command.ToString())];
        }

        Tell(new BakeStarted(1)).ShouldBe(["##vso[task.setprogress value=0;]Rolling deployment 2.0"]);
        Tell(new BakeStarted(1)).ShouldBeEmpty("nothing is new");
        Tell(new LaneEnded(Given.Lane(1), LaneState.Failed, ErrorId.DeployFailed, "no disk; 100 %")).ShouldBe(
            ["##vso[task.logissue type=warning;]web01: Failed (DeployFailed): no disk; 100 %AZP25", "##vso[task.setprogress value=50;]Rolling deployment 2.0"]);
        Tell(new Halted(ErrorId.DeploymentHalted, "enough")).ShouldBe(["##vso[task.logissue type=error;]Halted (DeploymentHalted): enough"]);
    }
}
