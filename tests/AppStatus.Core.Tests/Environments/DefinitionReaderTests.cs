using System.Collections;
using AppStatus.Core.Environments;
using AppStatus.Core.Errors;

namespace AppStatus.Core.Tests.Environments;

public sealed class DefinitionReaderTests
{
    private static readonly string[] AllKeys =
    [
        "Name", "Provider", "Engine", "Instances", "Image", "Arguments", "Environment", "RunArguments", "Address", "Port", "AdminPort", "AdminAddress", "FirstPort", "ContainerPort",
        "Network", "StatusPath", "Expect", "Balancer", "BalancerImage", "Backend", "Redis", "RedisImage", "RedisPort", "StopTimeoutSec",
    ];

    [Fact]
    public void Every_key_arrives()
    {
        const string Text = """
            // What an editor may leave in it.
            {
              "name": "my-shop2", "provider": "container", "engine": "podman", "instances": 3, "image": "shop:1.2", /* inside, too */
              "arguments": ["--port", "{Port}"], "environment": { "GREETING": "hello", "LIMIT": 5 }, "runArguments": ["--memory", "512m"],
              "address": "127.0.0.2", "port": 8080, "adminPort": 8081, "adminAddress": "127.0.0.3", "firstPort": 9000, "containerPort": 80,
              "network": "host", "statusPath": "/health?full=1", "expect": "^ok$", "balancer": "haproxy", "balancerImage": "haproxy:3.2", "backend": "web",
              "redis": true, "redisImage": "redis:8", "redisPort": 6380, "stopTimeoutSec": 0,
            }
            """;

        (EnvironmentDefinition read, IReadOnlyList<string> named) = DefinitionReader.Read(DefinitionReader.ReadJson(Text));

        (read.Name, read.Provider, read.Engine, read.Instances, read.Image).ShouldBe(("my-shop2", EnvironmentProvider.Container, "podman", 3, "shop:1.2"));
        read.Arguments.ShouldBe(["--port", "{Port}"]);
        read.Environment.OrderBy(variable => variable.Key, StringComparer.Ordinal).Select(variable => $"{variable.Key}={variable.Value}").ShouldBe(["GREETING=hello", "LIMIT=5"]);
        read.RunArguments.ShouldBe(["--memory", "512m"]);
        (read.Address, read.Port, read.AdminPort, read.AdminAddress, read.FirstPort, read.ContainerPort).ShouldBe(("127.0.0.2", 8080, 8081, "127.0.0.3", 9000, 80));
        (read.Network, read.StatusPath, read.Expect, read.Balancer, read.BalancerImage, read.Backend).ShouldBe(("host", "/health?full=1", "^ok$", EnvironmentBalancer.HAProxy, "haproxy:3.2", "web"));
        (read.Redis, read.RedisImage, read.RedisPort, read.StopTimeoutSec).ShouldBe((true, "redis:8", 6380, 0));
        named.OrderBy(name => name, StringComparer.Ordinal).ShouldBe(AllKeys.OrderBy(name => name, StringComparer.Ordinal));
    }

    [Fact]
    public void A_key_that_is_unknown_is_refused_and_the_known_ones_are_told()
    {
        Fault fault = Refused("image", "shop:1", "colour", "blue");

        fault.Message.ShouldBe("The definition can't be used: it has no key 'colour'. Nothing was touched.");
        fault.NextStep.ShouldBe($"Its keys are {string.Join(", ", typeof(EnvironmentDefinition).GetProperties().Select(property => property.Name).Where(AllKeys.Contains))}.");
        AllKeys.ShouldAllBe(key => fault.NextStep.Contains(key));
    }

    [Theory]
    [InlineData("Ports")]
    [InlineData("OnHostNetwork")]
    [InlineData("FirstImage")]
    public void What_is_chosen_or_follows_is_no_key(string key) => Refused(key, 1).Message.ShouldContain($"it has no key '{key}'");

    [Theory]
    [InlineData("{\"name\": }")]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("\"name\"")]
    [InlineData("{\"name\":\"a\",\"name\":\"b\"}")]
    [InlineData("{\"environment\":{\"A\":\"1\",\"A\":\"2\"}}")]
    public void Text_that_is_no_object_is_refused(string text) => Should.Throw<AppStatusException>(() => DefinitionReader.ReadJson(text)).Id.ShouldBe(ErrorId.InvalidArgument);

    [Fact]
    public void A_key_that_is_there_in_two_spellings_is_refused() =>
        Should.Throw<AppStatusException>(() => DefinitionReader.Read(DefinitionReader.ReadJson("""{"image":"shop:1","Image":"shop:2"}"""))).Fault.Message.ShouldContain("Image twice");

    [Theory]
    [InlineData("\"instances\": \"3\"", "Instances can't be '3'")]
    [InlineData("\"instances\": 2.5", "Instances can't be '2.5'")]
    [InlineData("\"instances\": 1e12", "Instances can't be '1000000000000'")]
    [InlineData("\"instances\": true", "Instances can't be 'True'")]
    [InlineData("\"instances\": null", "Instances is null")]
    [InlineData("\"instances\": [1]", "Instances can't be")]
    [InlineData("\"redis\": \"true\"", "Redis can't be 'true'")]
    [InlineData("\"redis\": 1", "Redis can't be '1'")]
    [InlineData("\"image\": {}", "Image can't be")]
    [InlineData("\"image\": [\"shop:1\"]", "Image can't be")]
    [InlineData("\"environment\": \"A=1\"", "Environment can't be 'A=1'")]
    [InlineData("\"environment\": {\"A=B\": \"1\"}", "'A=B' is no name of a variable")]
    [InlineData("\"environment\": {\"\": \"1\"}", "'' is no name of a variable")]
    [InlineData("\"environment\": {\"A\": {\"B\": 1}}", "Environment can't hold")]
    [InlineData("\"arguments\": {\"A\": 1}", "Arguments can't be")]
    [InlineData("\"arguments\": [[\"a\"]]", "Arguments can't hold")]
    [InlineData("\"provider\": \"Cloud\"", "Provider can't be 'Cloud'")]
    [InlineData("\"provider\": \"7\"", "Provider can't be '7'")]
    [InlineData("\"provider\": 1", "Provider can't be '1'")]
    [InlineData("\"balancer\": \"nginx\"", "Balancer can't be 'nginx'")]
    public void A_value_of_the_wrong_kind_is_refused_with_its_key(string key, string words) =>
        Should.Throw<AppStatusException>(() => DefinitionReader.Read(DefinitionReader.ReadJson($"{{{key}}}"))).Fault.ShouldSatisfyAllConditions(
            fault => fault.Id.ShouldBe(ErrorId.InvalidArgument),
            fault => fault.Message.ShouldStartWith("The definition can't be used: " + words),
            fault => fault.Message.ShouldEndWith("Nothing was touched."));

    [Fact]
    public void A_word_that_is_no_choice_is_refused_with_the_choices() =>
        Refused("balancer", "nginx").NextStep.ShouldBe("It is HAProxy or F5 or RedisTable.");

    [Fact]
    public void One_argument_needs_no_list() => Read("arguments", "--quiet", "runArguments", "--init").ShouldSatisfyAllConditions(
        read => read.Arguments.ShouldBe(["--quiet"]),
        read => read.RunArguments.ShouldBe(["--init"]));

    [Theory]
    [InlineData("Instances", 1, 64)]
    [InlineData("StopTimeoutSec", 0, 3600)]
    [InlineData("Port", 0, 65535)]
    [InlineData("AdminPort", 0, 65535)]
    [InlineData("RedisPort", 0, 65535)]
    [InlineData("ContainerPort", 0, 65535)]
    public void Numbers_have_ranges_whose_ends_belong_to_them(string key, int least, int most)
    {
        Read(key, least);
        Read(key, most);
        Refused(key, least - 1).Message.ShouldContain($"{key} is {least - 1}, and must be {least} to {most}");
        Refused(key, most + 1).Message.ShouldContain($"{key} is {most + 1}, and must be {least} to {most}");
    }

    [Fact]
    public void All_instances_have_a_port()
    {
        Read("firstPort", 65532, "instances", 4).FirstPort.ShouldBe(65532);
        Refused("firstPort", 65533, "instances", 4).Message.ShouldContain("more than there are ports");
    }

    [Theory]
    [InlineData("Name", "")]
    [InlineData("Name", "Shop")]
    [InlineData("Name", "-shop")]
    [InlineData("Name", "sh op")]
    [InlineData("Name", "../shop")]
    [InlineData("Name", "sh\u00f6p")]
    [InlineData("Name", "a23456789012345678901234567890123")]
    [InlineData("Backend", "")]
    [InlineData("Backend", "App")]
    [InlineData("Backend", "a-b")]
    [InlineData("Backend", "redis")]
    [InlineData("Backend", "balancer")]
    [InlineData("Network", "none")]
    [InlineData("Network", "container:other")]
    [InlineData("StatusPath", "appstatus")]
    [InlineData("StatusPath", "")]
    [InlineData("StatusPath", "/a b")]
    [InlineData("StatusPath", "/a\nserver evil 10.0.0.1:80")]
    [InlineData("StatusPath", "/a\u0001")]
    [InlineData("StatusPath", "/a\0")]
    [InlineData("StatusPath", "//elsewhere.example/ready")]
    [InlineData("Expect", "ready\nserver evil 10.0.0.1:80")]
    [InlineData("Expect", "ready\r")]
    [InlineData("Expect", "ready\0")]
    [InlineData("Address", "localhost")]
    [InlineData("Address", "::1")]
    [InlineData("Address", "127.0.0.1:80")]
    [InlineData("Address", "127.0.0.1 level admin")]
    [InlineData("Address", "127.0.0.1\nlevel admin")]
    [InlineData("Address", "127.1")]
    [InlineData("AdminAddress", "1")]
    [InlineData("AdminAddress", "")]
    [InlineData("Image", "-v")]
    [InlineData("Image", "shop")]
    [InlineData("BalancerImage", "")]
    [InlineData("RedisImage", "--rm")]
    public void Text_that_would_mean_something_else_is_refused(string key, string value) => Refused(key, value).Id.ShouldBe(ErrorId.InvalidArgument);

    [Theory]
    [InlineData("Name", "a2345678901234567890123456789012")]
    [InlineData("Name", "9-shop-")]
    [InlineData("Backend", "redis2")]
    [InlineData("Expect", "")]
    [InlineData("Expect", "it's \"ready\" \\d+ #1")]
    [InlineData("StatusPath", "/a'b\"c#d%20e")]
    public void Text_that_only_looks_dangerous_is_taken(string key, string value) =>
        typeof(EnvironmentDefinition).GetProperty(key)!.GetValue(Read(key, value)).ShouldBe(value);

    [Fact]
    public void An_image_without_tag_is_refused_with_why() => Refused("provider", "Container", "image", "reg:5000/shop").ShouldBe(new Fault(
        ErrorId.InvalidArgument, "The definition can't be used: the image reg:5000/shop has no tag, so nobody could go back to it. Nothing was touched.", "Pass it with one, such as shop:1.0."));

    [Fact]
    public void Containers_need_an_image() => Refused("provider", "Container").NextStep.ShouldBe("Pass -Image, such as shop:1.0.");

    [Theory]
    [InlineData("F5")]
    [InlineData("RedisTable")]
    public void Containers_stand_behind_HAProxy(string balancer)
    {
        Refused("provider", "Container", "image", "shop:1", "balancer", balancer).Message.ShouldContain($"containers stand behind HAProxy, not behind {balancer}");
        Read("provider", "Container", "image", "shop:1").Balancer.ShouldBe(EnvironmentBalancer.HAProxy);
    }

    [Fact]
    public void Processes_take_what_needs_nothing_unless_it_is_said()
    {
        EnvironmentDefinition read = Read();

        (read.Name, read.Provider, read.Balancer, read.Image, read.NeedsRedis).ShouldBe(("lab", EnvironmentProvider.Process, EnvironmentBalancer.F5, "lab:1.0", false));
        Read("balancer", "HAProxy").Balancer.ShouldBe(EnvironmentBalancer.HAProxy);
        Read("image", "lab:2.0").Image.ShouldBe("lab:2.0");
        Read("balancer", "redistable").NeedsRedis.ShouldBeTrue();
    }

    private static Fault Refused(params object[] keysAndValues) => Should.Throw<AppStatusException>(() => Read(keysAndValues)).Fault;

    private static EnvironmentDefinition Read(params object[] keysAndValues)
    {
        var keys = new Hashtable();
        for (int at = 0; at < keysAndValues.Length; at += 2) keys[keysAndValues[at]] = keysAndValues[at + 1];
        return DefinitionReader.Read(keys).Definition;
    }
}
