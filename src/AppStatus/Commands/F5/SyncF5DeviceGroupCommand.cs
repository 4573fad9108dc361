using AppStatus.Core.Balancers.F5;
using AppStatus.Pipeline;
using AppStatus.Sessions;

namespace AppStatus.Commands.F5;

/// <summary>Brings a unit's configuration to the other units of its device group, and waits until they have it.</summary>
[Cmdlet(VerbsData.Sync, "F5DeviceGroup", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.Medium)]
[OutputType(typeof(F5SyncStatus))]
public sealed class SyncF5DeviceGroupCommand : OperationCmdlet
{
    private F5Session? _session;

    /// <summary>The device group; default: the only one of type sync-failover.</summary>
    [Parameter(Position = 0)]
    [Alias("DeviceGroup")]
    [ValidateNotNullOrEmpty]
    public string? Name { get; set; }

    /// <summary>Seconds that the other units may take, 1–3600.</summary>
    [Parameter]
    [ValidateRange(1, 3600)]
    public int TimeoutSec { get; set; } = 60;

    /// <summary>A session, or its computer name; default: the one that was connected last.</summary>
    [Parameter]
    [F5SessionTransformation]
    [ArgumentCompleter(typeof(F5SessionCompleter))]
    [ValidateNotNull]
    public F5Session? Session { get; set; }

    private protected override bool Prepare()
    {
        _session = Session ?? Checked(() => SessionTable.Current.Default<F5Session>("Connect-F5"));
        return ShouldProcess($"{_session}", Core.SafeText.Of($"bring its configuration to {(Name is null ? "its device group" : $"the device group {Name}")}"));
    }

    private protected override async Task RunAsync(IPipelineWriter output, CancellationToken cancellationToken) =>
        output.WriteObject(await _session!.Configuration.SyncAsync(Name, TimeSpan.FromSeconds(TimeoutSec), cancellationToken).ConfigureAwait(false));
}
