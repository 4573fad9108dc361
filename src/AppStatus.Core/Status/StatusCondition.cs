namespace AppStatus.Core.Status;

/// <summary>What a reading is waited for or tested for; what is null may be anything.</summary>
internal sealed record StatusCondition(AppStatusValue? Status, string? Version)
{
    /// <summary>
    /// True when the instance answered and says both. Ready needs an answer of 2xx, whatever was asked for: an instance that calls
    /// itself ready with a 503 gets no traffic. So does an answer of which nothing is asked; one that says stand-by with a 503 is
    /// in order, and right where that or a version is what is wanted.
    /// </summary>
    public bool IsMetBy(InstanceStatus reading) =>
        reading.Fault is null
        && (Status is null || reading.Status == Status)
        && (reading.IsSuccess || (reading.Status != AppStatusValue.Ready && (Status, Version) is not (null, null)))
        && (Version is null || string.Equals(reading.Version, Version, StringComparison.Ordinal));

    public override string ToString() => (Status, Version) switch
    {
        ({ } status, { } version) => $"'{status.ToWire()}' with version '{version}'",
        ({ } status, null) => $"'{status.ToWire()}'",
        (null, { } version) => $"version '{version}'",
        _ => "an answer of success (2xx)",
    };
}
