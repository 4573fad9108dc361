using AppStatus.Core.Containers;
using AppStatus.Core.Environments;

namespace AppStatus.Core.Tests.Environments;

/// <summary>The environment that a test begins with.</summary>
internal static class Shop
{
    public static EnvironmentDefinition Containers { get; } = new()
    {
        Name = "shop",
        Provider = EnvironmentProvider.Container,
        Image = "shop:1.0",
        Instances = 2,
        Redis = true,
        Port = 21000,
        AdminPort = 21001,
        RedisPort = 21002,
        Ports = [21010, 21011],
        Environment = new Dictionary<string, string>(StringComparer.Ordinal) { ["PASSWORD"] = "hush-hush" },
    };

    public static EnvironmentPart Part(string name, bool running = true, string image = "shop:1.0", string key = "", EnvironmentDefinition? definition = null) => new()
    {
        Definition = definition ?? Containers,
        Name = name,
        Id = $"shop-{name}",
        Key = key,
        Running = running,
        State = running ? "running" : "exited",
        Image = ImageReference.Parse(image),
    };

    public static IReadOnlyList<EnvironmentPart> Whole(string image = "shop:1.0") =>
        [Part("redis", image: "redis:7"), Part("app1", image: image), Part("app2", image: image), Part("balancer", image: "haproxy:lts")];
}
