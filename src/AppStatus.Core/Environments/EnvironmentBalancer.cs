namespace AppStatus.Core.Environments;

/// <summary>What stands before the instances of an environment.</summary>
public enum EnvironmentBalancer
{
    /// <summary>A real HAProxy with a generated configuration.</summary>
    HAProxy,

    /// <summary>The lab's BIG-IP simulator; processes only.</summary>
    F5,

    /// <summary>The lab's proxy, whose routing table stands in the environment's Redis; processes only.</summary>
    RedisTable,
}
