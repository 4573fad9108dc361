namespace AppStatus.AspNetCore;

/// <summary>The words of the wire. Ordinal: a culture-aware comparison would find words with invisible characters equal.</summary>
internal static class StatusWireFormat
{
    public const string AllowedValues = "ready, stage, stand-by";

    public static string ToWire(this InstanceStatus status) => status switch
    {
        InstanceStatus.Ready => "ready",
        InstanceStatus.Stage => "stage",
        _ => "stand-by",
    };

    public static bool TryParse(string text, out InstanceStatus status)
    {
        foreach (var candidate in (ReadOnlySpan<InstanceStatus>)[InstanceStatus.Ready, InstanceStatus.Stage, InstanceStatus.StandBy])
        {
            if (string.Equals(text, candidate.ToWire(), StringComparison.OrdinalIgnoreCase))
            {
                status = candidate;
                return true;
            }
        }

        status = InstanceStatus.StandBy;
        return false;
    }
}
