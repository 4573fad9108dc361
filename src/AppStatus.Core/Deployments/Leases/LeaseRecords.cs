using System.Text.Json;

namespace AppStatus.Core.Deployments.Leases;

/// <summary>Reads and writes <see cref="LeaseRecord"/>s; what others wrote may be anything.</summary>
internal static class LeaseRecords
{
    public static byte[] Write(LeaseRecord record) => JsonSerializer.SerializeToUtf8Bytes(record, LeaseJson.Default.LeaseRecord);

    /// <summary>Null where it is nothing of ours, or not whole.</summary>
    public static LeaseRecord? Read(byte[] json)
    {
        try
        {
            return JsonSerializer.Deserialize(json, LeaseJson.Default.LeaseRecord) is { Holder: not null } record ? record : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
