namespace AppStatus.Core.Deployments;

/// <summary>The names of what a store of deployments keeps in its Redis. All begin with <c>appstatus:</c>, so that one ACL rule covers them.</summary>
internal static class RedisKeys
{
    /// <summary>Counts the fencing tokens.</summary>
    public const string Tokens = "appstatus:tokens";

    /// <summary>A sorted set: the ids of deployments by their start in Unix milliseconds.</summary>
    public const string Deployments = "appstatus:deployments";

    /// <summary>A hash: the members that are out for maintenance, and what they were before.</summary>
    public const string Suspended = "appstatus:suspended";

    /// <summary>Expires at once: whether anything can be written.</summary>
    public const string Probe = "appstatus:probe";

    /// <summary>Expires: who holds it now.</summary>
    public static string Lease(string key) => "appstatus:lease:" + key;

    /// <summary>Stays: who held it last.</summary>
    public static string LastHolder(string key) => "appstatus:holder:" + key;

    /// <summary>Stays: the newest token that was given out for it.</summary>
    public static string Fence(string key) => "appstatus:fence:" + key;

    /// <summary>A list: what other consoles say to the driver of a deployment.</summary>
    public static string Signals(string id) => "appstatus:signals:" + id;

    /// <summary>A stream, an entry a record.</summary>
    public static string Journal(string id) => "appstatus:journal:" + id;

    /// <summary>The newest token that has opened the journal.</summary>
    public static string JournalFence(string id) => "appstatus:journal:" + id + ":fence";
}
