using AppStatus.Core.Errors;
using AppStatus.Core.Status;
using AppStatus.Pipeline;

namespace AppStatus.Commands.Status;

/// <summary>Waits until instances say what is awaited, all side by side; each comes out when it is there.</summary>
[Cmdlet(VerbsLifecycle.Wait, "AppStatus", DefaultParameterSetName = StatusOrder.Typed)]
[OutputType(typeof(InstanceStatus))]
public sealed class WaitAppStatusCommand : StatusCmdlet
{
    private StatusPoller? _poller;

    /// <summary>Instances: host, host:port, URIs, pool members, earlier readings, or objects with Uri, Address and Port, or ComputerName.</summary>
    [Parameter(Mandatory = true, ValueFromPipeline = true, ParameterSetName = StatusOrder.Piped)]
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ParameterSetName = StatusOrder.Typed)]
    [StatusInputTransformation(LeavesStatusWords = true)]
    [Alias("ComputerName", "Target", "Uri")]
    public override StatusInput[] InputObject { get => base.InputObject; set => base.InputObject = value; }

    /// <summary>ready, stage or stand-by; any where it is left out. Where the instances are piped in, it is the first word, else the second.</summary>
    [Parameter(Position = 0, ParameterSetName = StatusOrder.Piped)]
    [Parameter(Position = 1, ParameterSetName = StatusOrder.Typed)]
    [StatusValueTransformation]
    [ArgumentCompleter(typeof(StatusValueCompleter))]
    public string? Status { get; set; }

    /// <summary>The version, compared character by character; any where it is left out.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? Version { get; set; }

    /// <summary>Seconds to wait for each instance, 1–86400.</summary>
    [Parameter]
    [ValidateRange(1, 86400)]
    public int TimeoutSec { get; set; } = 300;

    /// <summary>How many readings in a row must be right, 1–1000.</summary>
    [Parameter]
    [ValidateRange(1, 1000)]
    public int Consecutive { get; set; } = 3;

    /// <summary>Seconds from one answer to the next request, 0.05–3600.</summary>
    [Parameter]
    [ValidateRange(0.05, 3600.0)]
    public double IntervalSec { get; set; } = 1;

    /// <summary>All wait side by side; the throttle bounds how many ask at once.</summary>
    private protected override int Limit => int.MaxValue;

    private protected override bool InOrder => false;

    private protected override void Process(StatusInput input, StatusTarget target)
    {
        StatusPoller poller = _poller ??= new StatusPoller(Client, ThrottleLimit);
        var condition = new StatusCondition(StatusValueTransformationAttribute.Read(Status), Version);
        var options = new StatusWaitOptions
        {
            Timeout = TimeSpan.FromSeconds(TimeoutSec),
            Interval = TimeSpan.FromSeconds(IntervalSec),
            Consecutive = Consecutive,
        };
        Start(async (output, cancellationToken) =>
        {
            StatusWaitResult wait = await poller.WaitAsync(
                target,
                condition,
                options,
                (reading, inARow) => output.WriteVerbose($"{reading} ({inARow} of {options.Consecutive})"),
                cancellationToken).ConfigureAwait(false);
            if (wait.Reached) output.WriteObject(wait.Last);
            else output.WriteError(NotReached(target, condition, wait), wait.Last);
        });
    }

    private static Fault NotReached(StatusTarget target, StatusCondition condition, StatusWaitResult wait)
    {
        InstanceStatus last = wait.Last;
        string now = last.Fault is { } fault
            ? fault.Message
            : $"It says '{last.RawStatus}' with version '{last.Version}' (HTTP {last.StatusCode}).";
        return new Fault(
            ErrorId.StatusNotReached,
            FormattableString.Invariant($"{target.Name} did not get to {condition} within {wait.Elapsed.TotalSeconds:0.#} s. {now}"),
            "Look into the instance's log, or wait longer with -TimeoutSec.");
    }

    protected override void Dispose(bool disposing)
    {
        base.Dispose(disposing);
        if (disposing) _poller?.Dispose();
    }
}
