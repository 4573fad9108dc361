namespace AppStatus.Commands.Status;

/// <summary>
/// The parameter sets of "web01 ready" and of "$instances | … ready": a single word that is a status is taken for one where it
/// comes first, and the instances are piped then. A host of that name is passed as -InputObject.
/// </summary>
internal static class StatusOrder
{
    public const string Typed = "Typed";
    public const string Piped = "Piped";
}
