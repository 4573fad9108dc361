using AppStatus.Core.Status;
using AppStatus.Pipeline;

namespace AppStatus.Commands.Status;

/// <summary>Asks instances for their status and version.</summary>
[Cmdlet(VerbsCommon.Get, "AppStatus")]
[OutputType(typeof(InstanceStatus))]
public sealed class GetAppStatusCommand : StatusCmdlet
{
    private SharedReadings? _readings;

    /// <summary>Seconds for each instance, 1–3600.</summary>
    [Parameter]
    [ValidateRange(1, 3600)]
    public int TimeoutSec { get => Endpoint.TimeoutSec; set => Endpoint.TimeoutSec = value; }

    /// <summary>Emits instances that can't be read, too, with their Error; then there is no error record.</summary>
    [Parameter]
    public SwitchParameter IncludeUnreachable { get; set; }

    private protected override void Process(StatusInput input, StatusTarget target)
    {
        Func<CancellationToken, Task<InstanceStatus>> read = (_readings ??= new SharedReadings(Client)).Of(target);
        Start(async (output, cancellationToken) =>
        {
            InstanceStatus reading = await read(cancellationToken).ConfigureAwait(false);
            if (reading.Fault is null || IncludeUnreachable) output.WriteObject(reading);
            else output.WriteError(reading.Fault, reading);
        });
    }
}
