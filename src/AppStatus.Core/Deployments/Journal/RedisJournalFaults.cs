using AppStatus.Core.Deployments.Leases;
using AppStatus.Core.Errors;
using AppStatus.Core.Redis;

namespace AppStatus.Core.Deployments.Journal;

internal static class RedisJournalFaults
{
    /// <summary>True for what a Redis that restarts, or hands over, gets over by itself.</summary>
    public static bool MayPass(RedisResult result) => result.Fault is null
        || MayPass(result.Fault)
        || (result.Reply is { Kind: RedisKind.Error } error && error.Text.Split(' ')[0] is "LOADING" or "BUSY" or "MASTERDOWN" or "READONLY");

    public static bool MayPass(Fault fault) => fault.Id is ErrorId.ConnectionClosed or ErrorId.TimedOut or ErrorId.Unreachable;

    public static AppStatusException Fenced(string location, ILease lease, long newest) => new(
        ErrorId.LeaseLost,
        $"The journal {location} took nothing from token {lease.Token}: another has taken the pool over since, with token {newest}. No further change is made.",
        "Look who has it with Get-Deployment; this run is over.", location);

    public static AppStatusException LostData(string location, string what) => new(
        ErrorId.StoreUnavailable,
        $"The Redis of the journal {location} has lost data: {what}. No further change is made.",
        "Look whether it was restored or failed over, and compare the members of the pool by hand.", location);

    public static AppStatusException Foreign(string location, long expected, long found) => new(
        ErrorId.JournalDamaged,
        $"The journal {location} ends at record {found} instead of {expected}: something else has written to it. No further change is made.",
        "Compare the members of the pool by hand with the first record of the journal, which holds them as they were.", location);

    public static AppStatusException Missing(string location) => new(
        ErrorId.StoreUnavailable, $"There is no journal {location}.", "Get-Deployment lists those that there are.", location);

    /// <param name="doubt">True where the last records may be there all the same.</param>
    public static AppStatusException Unavailable(string location, Fault? cause, bool doubt) => new(
        ErrorId.StoreUnavailable,
        $"The journal {location} can't be used: {cause?.Message ?? "the server did not confirm that it is on its disk."} No further change is made.{(doubt ? " Whether the last record is in it shows when it is read again." : "")}",
        cause?.NextStep ?? "Look at the server's log and disk.", location);
}
