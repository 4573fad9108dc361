namespace AppStatus.Core.Flags;

/// <summary>A feature flag as it stands in a Redis. Name, KeyPrefix and Redis say which one it is; the rest is what it was when it was read.</summary>
public sealed record FeatureFlag
{
    public required string Name { get; init; }

    /// <summary>What its key has before the name; empty for none.</summary>
    public string KeyPrefix { get; init; } = "";

    /// <summary>The key in Redis: prefix and name.</summary>
    public string Key => KeyPrefix + Name;

    /// <summary>True when it is on for everyone: on, or 100 percent. False for a share of less.</summary>
    public bool Enabled { get; init; }

    /// <summary>0–100: the share of the keys that it is on for; null for a flag that is plainly on or off.</summary>
    public int? Percentage { get; init; }

    /// <summary>As it stands there.</summary>
    public required string Value { get; init; }

    /// <summary>Where it stands, such as <c>redis://host:6379/0</c>.</summary>
    public required string Redis { get; init; }

    /// <summary>Whom it was reckoned for; null for nobody.</summary>
    public string? For { get; init; }

    /// <summary>Whether it is on for <see cref="For"/>; null where that is nobody.</summary>
    public bool? EnabledFor { get; init; }

    /// <summary>The same flag, reckoned for somebody.</summary>
    internal FeatureFlag ReckonedFor(string key) =>
        this with { For = key, EnabledFor = FlagValue.TryParse(Value, out FlagValue value) && value.IsOnFor(Name, key) };

    public override string ToString() => Name;
}
