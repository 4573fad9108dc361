using AppStatus.Core.Errors;
using AppStatus.Core.Redis;

namespace AppStatus.Core.Deployments.Journal;

/// <summary>What a Redis does so that what it has answered survives its own death.</summary>
/// <param name="Version">As it says; 0.0 where it says none.</param>
/// <param name="AppendOnly">Null where it doesn't tell.</param>
/// <param name="Fsync">The value of <c>appendfsync</c>; null where it doesn't tell.</param>
internal sealed record RedisDurability(Version Version, bool? AppendOnly, string? Fsync)
{
    /// <summary>WAITAOF came with 7.2, and waits for what <c>everysec</c> would only do within the next second.</summary>
    public bool WaitsForDisk => AppendOnly == true && Fsync == "everysec" && Version >= new Version(7, 2);

    /// <summary>What can be lost, and how to mend it; null where nothing can.</summary>
    public string? Warning
    {
        get
        {
            if (AppendOnly == true && (Fsync == "always" || WaitsForDisk)) return null;
            (string lost, string mend) = (AppendOnly, Fsync) switch
            {
                (false, _) => ("keeps no append-only file, so when it restarts or dies, the journal since its last snapshot, or all of it, is lost", "'appendonly yes' and 'appendfsync always'"),
                (true, "everysec") => ("writes to its disk once a second, so when its machine dies, up to two seconds of the journal are lost", "'appendfsync always', or Redis 7.2 or later"),
                (true, "no") => ("leaves it to its system when to write to the disk, so when its machine dies, half a minute of the journal can be lost", "'appendfsync always'"),
                (true, _) => ("doesn't tell how often it writes to its disk, so when its machine dies, some of the journal can be lost", "'appendfsync always' (and the right to 'CONFIG GET', so that it can be checked)"),
                _ => ("doesn't tell whether it keeps what it is given, so when it restarts, the journal can be lost", "'appendonly yes' and 'appendfsync always' (and the right to 'INFO' or 'CONFIG GET', so that it can be checked)"),
            };
            return $"The Redis {lost}. A deployment that is resumed then knows nothing of the steps that are missing, or of members that it took out of traffic. Set {mend} on it.";
        }
    }

    /// <summary>Asks the server; what it refuses to tell is null. Managed ones often have no CONFIG.</summary>
    /// <exception cref="AppStatusException">It can't be reached.</exception>
    public static async Task<RedisDurability> ReadAsync(RedisClient redis, CancellationToken cancellationToken)
    {
        string info = (await AskAsync(RedisCommand.Of("INFO", "server")).ConfigureAwait(false))?.Text ?? "";
        bool? appendOnly = (await ConfigAsync("appendonly").ConfigureAwait(false)) switch { "yes" => true, "no" => false, _ => null };
        if (appendOnly is null)
        {
            string persistence = (await AskAsync(RedisCommand.Of("INFO", "persistence")).ConfigureAwait(false))?.Text ?? "";
            appendOnly = Line(persistence, "aof_enabled:") switch { "1" => true, "0" => false, _ => null };
        }

        return new RedisDurability(
            Version.TryParse(Line(info, "redis_version:") ?? "", out Version? version) ? version : new Version(0, 0),
            appendOnly, await ConfigAsync("appendfsync").ConfigureAwait(false));

        async Task<string?> ConfigAsync(string name) =>
            await AskAsync(RedisCommand.Of("CONFIG", "GET", name)).ConfigureAwait(false) is { Items.Count: 2 } pair ? pair.Items[1].Text : null;

        async Task<RedisValue?> AskAsync(RedisCommand command)
        {
            RedisResult result = await redis.TryExecuteAsync(command.Repeatable(), cancellationToken).ConfigureAwait(false);
            if (result.Effect != CommandEffect.Answered) throw new AppStatusException(result.Fault!, redis.Endpoint.ToString());
            return result.Fault is null ? result.Reply : null;
        }
    }

    private static string? Line(string info, string start) =>
        info.Split('\n').Select(line => line.Trim()).FirstOrDefault(line => line.StartsWith(start, StringComparison.Ordinal))?.Substring(start.Length);
}
