using System.Text.Json;
using System.Text.Json.Serialization;

namespace AppStatus.Lab.Elb.Configuration;

/// <summary>What the simulator starts with; the JSON file has the same names in camel case.</summary>
internal sealed record ElbConfiguration
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        ReadCommentHandling = JsonCommentHandling.Skip,
        AllowTrailingCommas = true,
    };

    /// <summary>Of the API; 0 takes a free one.</summary>
    public int Port { get; init; }

    public string Region { get; init; } = "us-east-1";

    public string Account { get; init; } = "123456789012";

    /// <summary>Requests must be signed with it; null: any signature will do, but there must be one.</summary>
    public string? SecretAccessKey { get; init; }

    /// <summary>Entries on a page of a list.</summary>
    public int PageSize { get; init; } = 400;

    public IReadOnlyList<InstanceConfiguration> Instances { get; init; } = [];

    public IReadOnlyList<TargetGroupConfiguration> TargetGroups { get; init; } = [];

    public IReadOnlyList<ListenerConfiguration> Listeners { get; init; } = [];

    public IReadOnlyList<ClassicConfiguration> ClassicLoadBalancers { get; init; } = [];

    /// <exception cref="IOException">The file can't be read.</exception>
    /// <exception cref="JsonException">The file is not such a configuration.</exception>
    public static ElbConfiguration Load(string path) =>
        JsonSerializer.Deserialize<ElbConfiguration>(File.ReadAllText(path), Json) ?? throw new JsonException($"'{path}' holds null.");
}

/// <summary>An EC2 instance: where it is, by its id.</summary>
internal sealed record InstanceConfiguration
{
    public required string Id { get; init; }

    public string Address { get; init; } = "127.0.0.1";

    public string? Name { get; init; }
}

/// <summary>How targets are checked; seconds may be fractions, so that tests need not wait.</summary>
internal record HealthConfiguration
{
    public string HealthPath { get; init; } = "/";

    public double HealthIntervalSec { get; init; } = 10;

    public int HealthyThreshold { get; init; } = 5;

    public int UnhealthyThreshold { get; init; } = 2;
}

internal sealed record TargetGroupConfiguration : HealthConfiguration
{
    public required string Name { get; init; }

    /// <summary>instance or ip.</summary>
    public string TargetType { get; init; } = "instance";

    public int Port { get; init; } = 80;

    public double DeregistrationDelaySec { get; init; } = 300;

    /// <summary>id or id:port.</summary>
    public IReadOnlyList<string> Targets { get; init; } = [];
}

/// <summary>An Application Load Balancer with one listener.</summary>
internal sealed record ListenerConfiguration
{
    public required string LoadBalancer { get; init; }

    /// <summary>0 takes a free one.</summary>
    public int Port { get; init; }

    /// <summary>By target group name.</summary>
    public IReadOnlyDictionary<string, int> Default { get; init; } = new Dictionary<string, int>();

    public IReadOnlyList<RuleConfiguration> Rules { get; init; } = [];
}

internal sealed record RuleConfiguration
{
    public required string PathPattern { get; init; }

    /// <summary>By target group name.</summary>
    public required IReadOnlyDictionary<string, int> Forward { get; init; }
}

internal sealed record ClassicConfiguration : HealthConfiguration
{
    public required string Name { get; init; }

    /// <summary>0 takes a free one.</summary>
    public int Port { get; init; }

    public int InstancePort { get; init; } = 80;

    /// <summary>Null: draining is off, and taking out cuts off.</summary>
    public double? DrainTimeoutSec { get; init; } = 300;

    /// <summary>By id.</summary>
    public IReadOnlyList<string> Instances { get; init; } = [];
}
