using AppStatus.Core.Status;

namespace AppStatus.Commands.Status;

/// <summary>
/// Holds what -Status says, for the cmdlets' property. A public type must have no field of a value type of Core, such as an
/// enumeration: the runtime needs Core to lay it out, and PowerShell reads the exported types before Core can be found.
/// </summary>
internal sealed class WantedStatus
{
    public AppStatusValue Value { get; set; }

    /// <summary>Null where -Status was left out.</summary>
    public AppStatusValue? OrAny => Value == AppStatusValue.Unknown ? null : Value;
}
