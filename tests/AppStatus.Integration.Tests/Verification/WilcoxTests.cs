using System.Diagnostics;
using AppStatus.Core.Tests.Verification.Analysis;
using AppStatus.Integration.Tests.Support;

namespace AppStatus.Integration.Tests.Verification;

public sealed class WilcoxTests
{
    /// <summary>The table that Core's tests keep is R's word of one day; this is the R of this machine, with samples too large for a table.</summary>
    [Fact]
    public async Task The_test_agrees_with_the_R_of_this_machine()
    {
        string program = Requirement.Program("Rscript", "r-base-core");
        using Process r = Process.Start(new ProcessStartInfo(program, ["--vanilla", Path.Combine(AppContext.BaseDirectory, "wilcox.R"), "large"]) { RedirectStandardOutput = true, UseShellExecute = false })!;
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        limit.CancelAfter(TimeSpan.FromMinutes(2));

        string answer;
        try
        {
            answer = await r.StandardOutput.ReadToEndAsync(limit.Token);
            await r.WaitForExitAsync(limit.Token);
        }
        finally
        {
            if (!r.HasExited) r.Kill();
        }

        r.ExitCode.ShouldBe(0);
        IReadOnlyList<WilcoxCase> cases = WilcoxCase.Parse(answer.Split('\n'));
        cases.Count.ShouldBe(135);
        foreach (WilcoxCase one in cases) one.ShouldAgree();
    }
}
