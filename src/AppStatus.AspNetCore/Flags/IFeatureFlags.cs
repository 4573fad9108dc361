namespace AppStatus.AspNetCore.Flags;

/// <summary>
/// The application's feature flags. Every answer comes from memory, at once; what stands in Redis is read in the background, so
/// a switch is seen within a second. Injectable; fake it in tests.
/// </summary>
public interface IFeatureFlags
{
    /// <summary>Whether a flag is on for everyone; one with a percentage is so at 100 only.</summary>
    /// <param name="name">Without the prefix. A name that is asked for the first time is read within a moment; until then the answer is the default.</param>
    /// <param name="defaultValue">The answer where there is no such flag, where its key holds something else, and where Redis was never reached.</param>
    bool IsEnabled(string name, bool defaultValue = false);

    /// <summary>Whether a flag is on for a key. The same key gets the same answer in every instance; a raised percentage takes none out.</summary>
    /// <param name="name">As above.</param>
    /// <param name="key">Whom it is asked for: a user's id, say. It is compared byte by byte.</param>
    /// <param name="defaultValue">As above.</param>
    bool IsEnabled(string name, string key, bool defaultValue = false);

    /// <summary>The flags that were asked for or configured, by name, as they were read last.</summary>
    IReadOnlyList<KnownFeatureFlag> Known { get; }
}
