using System.Diagnostics;
using System.Text.Json.Serialization;

namespace AppStatus.Core.Deployments.Leases;

/// <summary>Who holds a lease, for whoever finds it taken.</summary>
/// <param name="Holder">What runs there, such as a cmdlet or a pipeline's run.</param>
/// <param name="Host">The machine's name.</param>
/// <param name="DeploymentId">The one that it is held for now; empty: for none yet.</param>
/// <param name="Since">When it was acquired, by the holder's clock.</param>
internal sealed record LeaseHolder(string Holder, string Host, string User, int ProcessId, string DeploymentId, DateTimeOffset Since)
{
    public static LeaseHolder Here(string holder, TimeProvider time)
    {
        using Process self = Process.GetCurrentProcess();
        return new LeaseHolder(holder, Environment.MachineName, Environment.UserName, self.Id, "", time.GetUtcNow());
    }
}

/// <summary>What is written down of a lease where others can read it.</summary>
/// <param name="Nonce">Tells this acquisition from any other.</param>
/// <param name="Released">True once it was given back; a lease that ended without has ended by death or silence.</param>
/// <param name="Ended">True once somebody else got hold of it, though it was not given back: its holder is dead.</param>
internal sealed record LeaseRecord(LeaseHolder Holder, string Nonce, long Token = 0, bool Released = false, bool Ended = false);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(LeaseRecord))]
internal sealed partial class LeaseJson : JsonSerializerContext;
