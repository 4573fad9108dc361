namespace AppStatus.Core.Status;

/// <summary>What a reading is waited for or tested for; what is null may be anything.</summary>
internal sealed record StatusCondition(AppStatusValue? Status, string? Version)
{
    /// <summary>
    /// True when the instance answered and says both. <see cref="AppStatusValue.Ready"/> needs an answer of 2xx: an instance
    /// that calls itself ready with a 503 gets no traffic.
    /// </summary>
    public bool IsMetBy(InstanceStatus reading) =>
        reading.Fault is null
        && (Status is null || reading.Status == Status)
        && (Status != AppStatusValue.Ready || reading.StatusCode is >= 200 and < 300)
        && (Version is null || string.Equals(reading.Version, Version, StringComparison.Ordinal));

    public override string ToString() => (Status, Version) switch
    {
        ({ } status, { } version) => $"'{status.ToWire()}' with version '{version}'",
        ({ } status, null) => $"'{status.ToWire()}'",
        (null, { } version) => $"version '{version}'",
        _ => "an answer",
    };
}
