namespace AppStatus.AspNetCore.Flags;

/// <summary>A flag as the application knows it.</summary>
/// <param name="Name">Without the prefix.</param>
/// <param name="Value"><c>true</c>, <c>false</c> or a percentage such as <c>25%</c>; null where there is no such flag, or none was read yet.</param>
public sealed record KnownFeatureFlag(string Name, string? Value);
