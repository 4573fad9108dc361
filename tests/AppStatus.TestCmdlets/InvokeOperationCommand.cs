using AppStatus.Core;
using AppStatus.Core.Errors;
using AppStatus.Pipeline;

namespace AppStatus.TestCmdlets;

/// <summary>One operation that behaves as it is told.</summary>
[Cmdlet(VerbsLifecycle.Invoke, "Operation", SupportsShouldProcess = true)]
public sealed class InvokeOperationCommand : OperationCmdlet
{
    [Parameter(Mandatory = true, Position = 0)]
    public string Behave { get; set; } = "";

    /// <summary>The first counts up when the work has ended, the second when it has begun.</summary>
    [Parameter]
    public int[] Ended { get; set; } = new int[2];

    private protected override TimeSpan StopGrace => TimeSpan.FromSeconds(1);

    private protected override bool Prepare()
    {
        if (Behave == "stopped before it begins")
        {
            Ended[1]++;
            SpinWait.SpinUntil(() => Stopping, TimeSpan.FromSeconds(30));
            // PowerShell says so to all, and then calls each one's StopProcessing.
            Thread.CurrentThread.Join(TimeSpan.FromMilliseconds(200));
        }

        return true;
    }

    private protected override async Task RunAsync(IPipelineWriter output, CancellationToken cancellationToken)
    {
        Ended[1]++;
        try
        {
            await BehaveAsync(output, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            Ended[0]++;
        }
    }

    private async Task BehaveAsync(IPipelineWriter output, CancellationToken cancellationToken)
    {
        switch (Behave)
        {
            case "ask":
                output.WriteObject(await output.ShouldProcessAsync("target", "act").ConfigureAwait(false));
                output.WriteObject(await output.ShouldProcessAsync("second", "act").ConfigureAwait(false));
                break;
            case "fault":
                output.WriteObject("before");
                throw new AppStatusException(ErrorId.PlanRefused, "No.", "Try.", target: 7);
            case "bug":
                throw new InvalidOperationException("a bug \u001b[31m");
            case "throw":
                throw DeploymentFailureException.Of(new Fault(ErrorId.DeploymentFailed, "It failed."), "the result");
            case "streams":
                output.WriteVerbose("verbose \u001b[31m");
                output.WriteWarning("##vso[task.x]");
                output.WriteInformation("said", "tag");
                output.WriteDebug("debug");
                output.WriteProgress(new ProgressReport(1, "", "") { PercentComplete = 300, ParentId = 1 });
                output.WriteError(new Fault(ErrorId.Unreachable, "gone"), 1);
                output.WriteObject("end");
                break;
            case "flood":
                // From many threads at once; nothing may be lost.
                await Task.WhenAll(Enumerable.Range(0, 8).Select(n => Task.Run(() => { for (int i = 0; i < 500; i++) output.WriteObject(i); }))).ConfigureAwait(false);
                break;
            case "clean-up":
                // Heeds the token, but takes its time, and still speaks.
                try { await MachineClock.DelayAsync(TimeSpan.FromMinutes(5), cancellationToken).ConfigureAwait(false); }
                catch (OperationCanceledException)
                {
                    await MachineClock.DelayAsync(TimeSpan.FromMilliseconds(200), CancellationToken.None).ConfigureAwait(false);
                    output.WriteWarning("cleaned up");
                    throw;
                }

                break;
            case "deaf":
                await MachineClock.DelayAsync(TimeSpan.FromSeconds(4), CancellationToken.None).ConfigureAwait(false);
                output.WriteObject("too late");
                throw new InvalidOperationException("too late");
            case "first":
                output.WriteObject("first");
                await MachineClock.DelayAsync(TimeSpan.FromMinutes(5), cancellationToken).ConfigureAwait(false);
                break;
            default:
                output.WriteObject(Behave);
                break;
        }
    }
}
