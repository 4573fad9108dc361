namespace AppStatus.Lab.BigIp.Model;

/// <summary>What an administrator has said: two switches, which reads mix with what the monitors say.</summary>
internal readonly record struct AdministrativeState(bool SessionDisabled, bool ForcedDown)
{
    /// <summary>Takes new requests, as far as the administrator is concerned.</summary>
    public bool TakesNew => !SessionDisabled && !ForcedDown;
}
