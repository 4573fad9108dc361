using AppStatus.Core.Errors;

namespace AppStatus.Core.Redis;

/// <summary>What went wrong between us and a Redis, said for the person at the prompt.</summary>
internal static class RedisFaults
{
    /// <summary>Appends to a sentence on the connection what it means for one command.</summary>
    public static Fault OfCommand(Fault connection, RedisCommand command, CommandEffect effect) => connection with
    {
        Message = effect == CommandEffect.NotSent
            ? $"{connection.Message} '{command.Name}' was not sent."
            : $"{connection.Message} Whether '{command.Name}' took effect is not known.",
    };

    public static Fault Closed(RedisEndpoint endpoint, string why) => new(
        ErrorId.ConnectionClosed,
        $"The connection to {endpoint} broke{(why.Length == 0 ? "" : ": " + why)}.",
        "Look whether the Redis restarts, and try again.");

    public static Fault Silent(RedisEndpoint endpoint, RedisCommand command, TimeSpan limit) => new(
        ErrorId.TimedOut,
        FormattableString.Invariant($"{endpoint} did not answer '{command.Name}' within {limit.TotalSeconds:0.###} s, so its connection was given up."),
        "Look whether the Redis is overloaded or stopped ('redis-cli --latency', its slow log), and try again.");

    public static Fault NotUnderstood(RedisEndpoint endpoint, string why) => new(
        ErrorId.InvalidResponse,
        $"What answers at {endpoint} is no Redis that is understood: {why}.",
        "Check host and port, and whether it must be redis:// or rediss://.");

    /// <param name="text">The error as Redis sent it: a word in capitals, then words for people.</param>
    public static Fault OfError(RedisEndpoint endpoint, string command, string text)
    {
        string words = SafeText.Condensed(text);
        // An unknown command's arguments are sent back in the error, and those of AUTH are a user and a password.
        if (command == "AUTH") words = words.Split(' ')[0];
        string code = text.Split(' ')[0];
        return code switch
        {
            "WRONGPASS" => NotLoggedIn($"{endpoint} does not know this user and password."),
            "NOAUTH" => NotLoggedIn($"{endpoint} asks for a password, and none was passed."),
            "NOPERM" => Denied(),
            // Redis 7 says so without its code where it was a script that asked.
            "ERR" when text.IndexOf("The user executing the script can't", StringComparison.Ordinal) >= 0 => Denied(),
            "READONLY" => Refused("it is a replica, which takes no writes.", "Connect to the primary: 'redis-cli info replication' names it."),
            "MISCONF" => Refused("it can't save to its disk, so it takes no writes.", "Look at its log and at the free space of its disk."),
            "OOM" => Refused("its memory limit is reached.", "Raise 'maxmemory', or free memory; what AppStatus keeps must not be evicted ('maxmemory-policy noeviction')."),
            "LOADING" => Refused("it has just started and still reads its data.", "Wait until it is done, and try again."),
            "BUSY" => Refused("a script of somebody runs there for too long.", "Look who runs it ('redis-cli client list'); 'redis-cli script kill' ends a script that has written nothing."),
            "MASTERDOWN" => Refused("it is a replica that has lost its primary.", "Connect to the primary."),
            "NOREPLICAS" => Refused("too few of its replicas are there for it to take writes.", "Bring the replicas back, or lower 'min-replicas-to-write'."),
            "MOVED" or "ASK" or "CROSSSLOT" or "CLUSTERDOWN" or "TRYAGAIN" => Refused($"it is a part of a Redis Cluster ({words}), which is not supported.", "Name a Redis that is no cluster."),
            "DENIED" => Refused("its protected mode lets nobody in from elsewhere.", "Set a password and a 'bind' address on the server."),
            "ERR" when text.IndexOf("invalid password", StringComparison.OrdinalIgnoreCase) >= 0 => NotLoggedIn($"{endpoint} does not know this password."),
            "ERR" when text.IndexOf("max number of clients", StringComparison.Ordinal) >= 0 => Refused("it has no room for another client.", "Raise 'maxclients', or close what is open ('redis-cli client list')."),
            "ERR" when command == "AUTH" && text.IndexOf("without any password configured", StringComparison.Ordinal) >= 0 => NotLoggedIn($"{endpoint} has no password set for its default user, and one was passed."),
            "ERR" when command == "AUTH" => NotLoggedIn($"{endpoint} does not take this log-in."),
            "ERR" when command == "SELECT" => new Fault(ErrorId.InvalidArgument, $"{endpoint} has no such database: {words}", "Name one that it has; most have 0 to 15."),
            _ => new Fault(ErrorId.RedisRefused, $"{endpoint} refused '{command}': {words}", "Look into its log."),
        };

        Fault NotLoggedIn(string message) => new(ErrorId.AuthenticationFailed, message, "Pass its user and password as -Credential (of a deployment's store, -StoreCredential); for a password without a user, the user is 'default'.");

        Fault Denied() => new Fault(ErrorId.AccessDenied, $"{endpoint} knows the user, who may not do '{command}': {words}", "Give the user the command and the keys 'appstatus:*' ('ACL SETUSER'), or pass another -Credential (of a deployment's store, -StoreCredential).");

        Fault Refused(string why, string next) => new(ErrorId.RedisRefused, $"{endpoint} refused '{command}': {why}", next);
    }
}
