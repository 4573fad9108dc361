using System.Text.Json;
using AppStatus.Core.Balancers;
using AppStatus.Core.Errors;

namespace AppStatus.Core.Maintenance;

/// <summary>Reads and writes what a store keeps of a suspended member.</summary>
internal static class SuspensionRecords
{
    /// <summary>One record a member: names have no line breaks.</summary>
    public static string Key(SuspendedMember member) => $"{member.Balancer}\n{member.Pool}\n{member.Name}";

    public static byte[] Write(SuspendedMember member) => JsonSerializer.SerializeToUtf8Bytes(member, MaintenanceJson.Default.SuspendedMember);

    /// <param name="where">For the message.</param>
    /// <exception cref="AppStatusException"><see cref="ErrorId.StoreUnavailable"/>: what a member was before is not guessed.</exception>
    public static SuspendedMember Read(byte[] json, string where)
    {
        try
        {
            if (JsonSerializer.Deserialize(json, MaintenanceJson.Default.SuspendedMember) is { Name: not null, Pool: not null, Balancer: not null, StatesSet: not null } member && Enum.IsDefined(typeof(TrafficState), member.StateBefore)) return member;
        }
        catch (JsonException)
        {
            // The same as what can be read and is something else.
        }

        throw new AppStatusException(Unreadable(where, "it is none, or is damaged."), where);
    }

    public static Fault Unreadable(string where, string why) => new(
        ErrorId.StoreUnavailable, $"The record of a suspended member in {where} can't be read: {why} The member is left as it is.",
        "Look into it; when you know what the member was before, put it back with Set-PoolMember and delete the record.");

    public static AppStatusException Lost(SuspendedMember member) => new(
        ErrorId.LeaseLost, $"The lease of pool {member.Pool} was lost, so nothing more was recorded or changed of {member}.", "Look at who holds it, and type the command again.", member);
}
