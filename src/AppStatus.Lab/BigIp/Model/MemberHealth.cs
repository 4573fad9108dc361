namespace AppStatus.Lab.BigIp.Model;

internal enum MemberHealth
{
    /// <summary>No monitor looks.</summary>
    Unchecked,

    /// <summary>No probe has decided yet.</summary>
    Checking,
    Up,
    Down,
}
