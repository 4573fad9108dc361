using AppStatus.Core.Errors;

namespace AppStatus.Core.Redis;

internal enum CommandEffect
{
    /// <summary>The server answered: what it says holds.</summary>
    Answered,

    /// <summary>Not a byte of it left: it has no effect.</summary>
    NotSent,

    /// <summary>It left, and no answer came: it may have run, may run yet, or never.</summary>
    Unknown,
}

/// <summary>What became of a command.</summary>
/// <param name="Reply">Null when there was no answer. It may be an error.</param>
/// <param name="Fault">Why there was no answer, or what the server's error means; null when all is well.</param>
internal sealed record RedisResult(CommandEffect Effect, RedisValue? Reply, Fault? Fault)
{
    /// <summary>The reply, where all is well.</summary>
    /// <exception cref="AppStatusException">The fault.</exception>
    public RedisValue Value(RedisEndpoint endpoint) => Fault is null ? Reply! : throw new AppStatusException(Fault, endpoint.ToString());
}
