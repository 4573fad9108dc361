using AppStatus.Core.Errors;
using AppStatus.Core.Status;
using AppStatus.Pipeline;

namespace AppStatus.Commands.Status;

/// <summary>
/// Says in one Boolean whether all instances say what is expected, now. What can't be read is false and no error, so that
/// a guard in a script needs no try; -Verbose tells why.
/// </summary>
[Cmdlet(VerbsDiagnostic.Test, "AppStatus", DefaultParameterSetName = StatusOrder.Typed)]
[OutputType(typeof(bool))]
public sealed class TestAppStatusCommand : StatusCmdlet
{
    private StatusPoller? _poller;
    private int _right;
    private int _asked;

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

    /// <summary>Seconds for each request, 1–3600.</summary>
    [Parameter]
    [ValidateRange(1, 3600)]
    public int TimeoutSec { get => Endpoint.TimeoutSec; set => Endpoint.TimeoutSec = value; }

    /// <summary>How many readings of each instance must be right, 1–1000; the first wrong one decides.</summary>
    [Parameter]
    [ValidateRange(1, 1000)]
    public int Consecutive { get; set; } = 1;

    /// <summary>Seconds between readings of one instance, 0.05–3600.</summary>
    [Parameter]
    [ValidateRange(0.05, 3600.0)]
    public double IntervalSec { get; set; } = 1;

    private protected override void Process(StatusInput input, StatusTarget target)
    {
        _asked++;
        StatusPoller poller = _poller ??= new StatusPoller(Client, ThrottleLimit);
        var condition = new StatusCondition(StatusValueTransformationAttribute.Read(Status), Version);
        TimeSpan interval = TimeSpan.FromSeconds(IntervalSec);
        Start(async (output, cancellationToken) =>
        {
            InstanceStatus reading = await poller.HoldAsync(target, condition, Consecutive, interval, cancellationToken).ConfigureAwait(false);
            bool right = condition.IsMetBy(reading);
            if (right) Interlocked.Increment(ref _right);
            output.WriteVerbose($"{reading}: {(right ? "as expected" : $"expected was {condition}")}");
        });
    }

    /// <summary>A guard must not pass, and not abort either, because of an input that is none.</summary>
    private protected override void Reject(StatusInput input, Fault fault)
    {
        _asked++;
        WriteFault(fault, input.Original);
    }

    protected override void EndProcessing()
    {
        base.EndProcessing();
        if (_asked == 0)
        {
            WriteFault(new Fault(ErrorId.NoInstances, "No instance was passed, so nothing was tested.", "Pass at least one."), target: null);
        }

        Say(output => output.WriteObject(_asked > 0 && _right == _asked));
    }

    protected override void Dispose(bool disposing)
    {
        base.Dispose(disposing);
        if (disposing) _poller?.Dispose();
    }
}
