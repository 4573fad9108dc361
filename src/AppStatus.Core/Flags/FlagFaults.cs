using AppStatus.Core.Errors;
using AppStatus.Core.Redis;

namespace AppStatus.Core.Flags;

/// <summary>What can be wrong with a flag, said for the person at the prompt.</summary>
internal static class FlagFaults
{
    /// <param name="purpose">What it was looked for.</param>
    public static AppStatusException NotFound(FlagKey flag, RedisEndpoint redis, FlagPurpose purpose) => new(
        ErrorId.FlagNotFound,
        $"There is no flag {SafeText.Of(flag.Name, 100)} in {redis}: no key '{SafeText.Of(flag.Key, 200)}'.{(purpose == FlagPurpose.Read ? "" : " Nothing was changed.")}",
        "Look at the name and the -KeyPrefix; keys are case-sensitive." + purpose switch
        {
            FlagPurpose.Set => " To make a new flag, add -Create.",
            FlagPurpose.Read => " To make a new flag: Set-FeatureFlag with -Create.",
            _ => "",
        },
        flag.Name);

    public static AppStatusException NotAFlag(FlagKey flag, RedisEndpoint redis, FlagReading reading) => new(
        ErrorId.NotAFlag,
        $"The key '{SafeText.Of(flag.Key, 200)}' in {redis} holds {reading}. It was left as it is.",
        "Choose another name or -KeyPrefix. If that key shall be a flag, remove what stands there with redis-cli, and set the flag with -Create.",
        flag.Name);

    public static AppStatusException NotConfirmed(FlagKey flag, RedisEndpoint redis, FlagValue wanted, FlagReading now) => new(
        ErrorId.WriteNotConfirmed,
        $"{redis} took {wanted.Text} for the flag {SafeText.Of(flag.Name, 100)}, and now its key holds {now}: somebody else wrote it right after.",
        "Find out who else writes it ('redis-cli monitor'), then set it again.",
        flag.Name);

    public static AppStatusException Contended(FlagKey flag, RedisEndpoint redis, int times) => new(
        ErrorId.WriteNotConfirmed,
        FormattableString.Invariant($"The flag {SafeText.Of(flag.Name, 100)} in {redis} was not written: others changed it {times} times in between."),
        "Find out who writes it without end ('redis-cli monitor'), then set it again.",
        flag.Name);

    public static AppStatusException TimedOut(RedisEndpoint redis, TimeSpan limit, string state, object? target) => new(
        ErrorId.TimedOut,
        FormattableString.Invariant($"{redis} did not answer within {limit.TotalSeconds:0.###} s. {state}"),
        "Look whether the Redis is overloaded or stopped ('redis-cli --latency'), and whether it must be redis:// or rediss://; -TimeoutSec gives it longer.",
        target);

    /// <summary>The same error, about the flag, and with what its user needs.</summary>
    public static AppStatusException About(AppStatusException error, string keys, object? target) => error.Id == ErrorId.AccessDenied
        ? new AppStatusException(error.Fault with { NextStep = $"Give the user the rights: ACL SETUSER … ~{SafeText.Of(keys, 200)} +select +get +mget +scan, and to write +eval +evalsha +type +set +del." }, target, error)
        : error.Id == ErrorId.AuthenticationFailed
        ? new AppStatusException(error.Fault with { NextStep = "Pass its user and password with -Credential; for a password without a user, the user is 'default'." }, target, error)
        : new AppStatusException(error.Fault, target, error);
}
