using System.Text.Json;
using AppStatus.Core.Environments;
using AppStatus.Core.Environments.Containers;

namespace AppStatus.Core.Tests.Environments.Containers;

public sealed class ContainerInspectionTests
{
    [Fact]
    public void Docker_puts_a_slash_before_the_name()
    {
        EnvironmentPart part = ContainerInspection.Read($$$"""
            [{"Id":"3f1a5c2b9d11","Created":"2026-11-21T19:22:51.123456789Z","Path":"dotnet","State":{"Status":"running","Running":true,"Paused":false,"Restarting":false,"OOMKilled":false,
            "Dead":false,"Pid":4711,"ExitCode":0,"Error":"","StartedAt":"2026-11-21T19:22:52.5Z","FinishedAt":"0001-01-01T00:00:00Z"},"Image":"sha256:ab","Name":"/shop-app1",
            "HostConfig":{"NetworkMode":"appstatus-shop"},"Config":{"Hostname":"3f1a5c2b9d11","Image":"shop:1.0","Env":["PORT=8080"],"Labels":{{{Labels("app1", "shop:1.0")}}}}}]
            """).ShouldHaveSingleItem();

        (part.Name, part.Id, part.Key, part.Running, part.State, part.Port).ShouldBe(("app1", "shop-app1", "3f1a5c2b9d11", true, "running", 21010));
        part.Image.ToString().ShouldBe("shop:1.0");
        part.Started.ShouldBe(new DateTimeOffset(2026, 11, 21, 19, 22, 52, 500, TimeSpan.Zero));
        part.Definition.Ports.ShouldBe([21010, 21011]);
    }

    [Fact]
    public void Podman_writes_more_and_its_own_time()
    {
        EnvironmentPart part = ContainerInspection.Read($$$"""
            [
                {
                    "Id": "9d11", "Created": "2026-11-21T20:22:51.1+01:00", "Path": "redis-server",
                    "State": { "OciVersion": "1.1.0", "Status": "exited", "Running": false, "Pid": 0, "ExitCode": 1, "StartedAt": "2026-11-21T20:22:52.123456789+01:00", "CheckpointedAt": "0001-01-01T00:00:00Z" },
                    "ImageName": "localhost/shop:1.0", "Name": "shop-app2", "Namespace": "", "IsInfra": false,
                    "Config": { "Labels": {{{Labels("app2", "shop:1.0")}}}, "StopSignal": "SIGTERM" }
                }
            ]
            """).ShouldHaveSingleItem();

        (part.Name, part.Id, part.Running, part.State).ShouldBe(("app2", "shop-app2", false, "exited"));
        part.Image.ToString().ShouldBe("shop:1.0");
        part.Started.ShouldNotBeNull().ToUnixTimeSeconds().ShouldBe(new DateTimeOffset(2026, 11, 21, 19, 22, 52, TimeSpan.Zero).ToUnixTimeSeconds());
    }

    [Theory]
    [InlineData("0001-01-01T00:00:00Z")]
    [InlineData("0001-01-01T00:00:00.000000000+00:00")]
    [InlineData("")]
    public void One_that_was_never_started_has_no_start(string time) =>
        One($$$"""{"Name":"shop-app1","State":{"Status":"created","Running":false,"StartedAt":"{{{time}}}"},"Config":{"Labels":{{{Labels("app1", "shop:1.0")}}}}}""").ShouldNotBeNull().Started.ShouldBeNull();

    [Theory]
    [InlineData("""{"Name":"x","State":{}}""")]
    [InlineData("""{"Name":"x","State":{},"Config":{}}""")]
    [InlineData("""{"Name":"x","State":{},"Config":{"Labels":null}}""")]
    [InlineData("""{"Name":"x","State":{},"Config":{"Labels":{"appstatus.environment":"shop"}}}""")]
    [InlineData("""{"Name":"x","State":{},"Config":{"Labels":{"appstatus.environment":"shop","appstatus.part":"app1","appstatus.definition":"{}"}}}""")]
    public void Containers_that_are_none_of_ours_are_passed_over(string container) => One(container).ShouldBeNull();

    [Theory]
    [InlineData("app1", "")]
    [InlineData("app1", "--privileged")]
    [InlineData("app9", "shop:1.0")]
    [InlineData("app1", "shop:1.0")]
    [InlineData("web", "shop:1.0")]
    public void Labels_that_somebody_else_has_written_do_not_hide_the_others(string part, string image) =>
        One($$$"""{"Name":"x","State":{},"Config":{"Labels":{{{Labels(part, image)}}}}}""").ShouldBeNull();

    [Theory]
    [InlineData("")]
    [InlineData("no such thing")]
    public void No_JSON_is_told_apart(string text) => Should.Throw<JsonException>(() => ContainerInspection.Read(text));

    private static EnvironmentPart? One(string container) => ContainerInspection.Read($"[{container}]").SingleOrDefault();

    private static string Labels(string part, string image) => JsonSerializer.Serialize(new Dictionary<string, string>(StringComparer.Ordinal)
    {
        ["maintainer"] = "somebody", ["appstatus.environment"] = "shop", ["appstatus.part"] = part, ["appstatus.image"] = image, ["appstatus.definition"] = DefinitionJson.Write(Shop.Containers),
    });
}
