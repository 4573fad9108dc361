using AppStatus.Core.Errors;
using AppStatus.Core.Status;
using AppStatus.Pipeline;

namespace AppStatus.Commands.Status;

/// <summary>Sets the status of instances, and makes sure that each one took it.</summary>
[Cmdlet(VerbsCommon.Set, "AppStatus", DefaultParameterSetName = StatusOrder.Typed, SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.Medium)]
[OutputType(typeof(InstanceStatus))]
public sealed class SetAppStatusCommand : StatusCmdlet
{
    private bool _statusIsTyped;

    /// <summary>Instances: host, host:port, URIs, pool members, earlier readings, nodes of a plan file, or objects with Uri, Address and Port, or ComputerName.</summary>
    [Parameter(Mandatory = true, ValueFromPipeline = true, ParameterSetName = StatusOrder.Piped)]
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ParameterSetName = StatusOrder.Typed)]
    [StatusInputTransformation(LeavesStatusWords = true)]
    [Alias("ComputerName", "Target", "Uri")]
    public override StatusInput[] InputObject { get => base.InputObject; set => base.InputObject = value; }

    // Not for PowerShell to demand: the nodes that are hashtables bring a goal, and have no property that binds.
    /// <summary>ready, stage or stand-by; where the instances are piped in, it is the first word, else the second. The nodes of a plan file bring theirs as <c>goal</c>.</summary>
    [Parameter(Position = 0, ValueFromPipelineByPropertyName = true, ParameterSetName = StatusOrder.Piped)]
    [Parameter(Position = 1, ValueFromPipelineByPropertyName = true, ParameterSetName = StatusOrder.Typed)]
    [Alias("Goal")]
    [StatusValueTransformation]
    [ArgumentCompleter(typeof(StatusValueCompleter))]
    public string? Status { get; set; }

    /// <summary>Seconds for each instance, 1–3600.</summary>
    [Parameter]
    [ValidateRange(1, 3600)]
    public int TimeoutSec { get => Endpoint.TimeoutSec; set => Endpoint.TimeoutSec = value; }

    protected override void BeginProcessing()
    {
        _statusIsTyped = MyInvocation.BoundParameters.ContainsKey(nameof(Status));
        base.BeginProcessing();
    }

    private protected override void Process(StatusInput input, StatusTarget target)
    {
        if (Wanted(input) is not { } wanted) return;
        if (!ShouldProcess(target.Uri.GetLeftPart(UriPartial.Path), $"set the status to '{wanted.ToWire()}'")) return;
        Start(async (output, cancellationToken) =>
        {
            InstanceStatus answer = await Client.SetAsync(target, wanted, cancellationToken).ConfigureAwait(false);
            if (answer.Fault is null) output.WriteObject(answer);
            else output.WriteError(answer.Fault, answer);
        });
    }

    /// <summary>
    /// What was typed, else the node's goal. PowerShell binds a property Status, too, and with it the old status of a
    /// reading that is piped in: that is what the instance is, not what anyone wants.
    /// </summary>
    private AppStatusValue? Wanted(StatusInput input)
    {
        if (StatusValueTransformationAttribute.Read(_statusIsTyped ? Status : input.Goal) is { } wanted) return wanted;
        WriteFault(
            new Fault(
                ErrorId.InvalidArgument,
                input.Goal is null ? $"It was not said what the status of {input} shall be." : $"The goal of {input}, '{input.Goal}', is no status.",
                "Pass -Status ready, stage or stand-by."),
            input.Original);
        return null;
    }
}
