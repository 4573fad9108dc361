namespace AppStatus.Core.Flags;

/// <summary>What a flag is looked for.</summary>
internal enum FlagPurpose
{
    Read,
    Set,

    /// <summary>Set, and made where there is none.</summary>
    Create,
    Remove,
}
