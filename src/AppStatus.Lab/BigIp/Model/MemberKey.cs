namespace AppStatus.Lab.BigIp.Model;

/// <summary>A member in its pool: health and counts are kept apart for each pool that a host is in.</summary>
internal readonly record struct MemberKey(FullPath Pool, FullPath Member);
