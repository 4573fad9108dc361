using System.Text.Json;

namespace AppStatus.Core.Balancers.F5;

/// <summary>A pool of a BIG-IP.</summary>
public sealed record F5Pool
{
    public required string Name { get; init; }

    public required string Partition { get; init; }

    /// <summary>Such as <c>/Common/web</c>.</summary>
    public required string FullPath { get; init; }

    /// <summary>What members and people name it by: the bare name in Common, the full path elsewhere. <c>-Pool</c> binds to it.</summary>
    public string Pool => F5Name.Short(FullPath);

    public string LoadBalancingMode { get; init; } = "";

    /// <summary>The monitor's expression, blanks normalised; empty without one.</summary>
    public string Monitor { get; init; } = "";

    /// <summary>So many available members of the highest priority group are enough; with fewer the next group serves, too. 0: groups play no part.</summary>
    public int MinActiveMembers { get; init; }

    /// <summary>Seconds over which a member that has come up gets its full traffic.</summary>
    public int SlowRampTime { get; init; }

    public int MemberCount { get; init; }

    /// <summary>The balancer's id.</summary>
    public required string Balancer { get; init; }

    /// <summary>Other modes ignore a member's ratio: ratio-node takes the node's, the dynamic ones measure.</summary>
    internal bool UsesMemberRatio => LoadBalancingMode is "ratio-member" or "ratio-session" or "ratio-least-connections-member";

    public override string ToString() => FullPath;

    internal static F5Pool Of(JsonElement element, string balancer)
    {
        string name = element.Text("name");
        string partition = element.Text("partition") is { Length: > 0 } given ? given : F5Name.DefaultPartition;
        string fullPath = element.Text("fullPath");
        return new F5Pool
        {
            Name = name,
            Partition = partition,
            FullPath = fullPath.Length > 0 ? fullPath : F5Name.FullPath(name, partition),
            LoadBalancingMode = element.Text("loadBalancingMode"),
            Monitor = string.Join(" ", element.Text("monitor").Split([' '], StringSplitOptions.RemoveEmptyEntries)),
            MinActiveMembers = (int)(element.Number("minActiveMembers") ?? 0),
            SlowRampTime = (int)(element.Number("slowRampTime") ?? 0),
            MemberCount = Members(element).Count(),
            Balancer = balancer,
        };
    }

    /// <summary>The members of a pool that was read with its subcollections; none where there is no such collection.</summary>
    internal static IEnumerable<JsonElement> Members(JsonElement element) =>
        element.TryGetProperty("membersReference", out JsonElement reference) ? reference.Items() : [];
}
