using System.Diagnostics;
using System.Text.Json;
using AppStatus.Integration.Tests.Support;
using AppStatus.Lab.Elb.Configuration;

namespace AppStatus.Integration.Tests.Balancers.Elb;

/// <summary>The simulator against a client that no one here wrote: the <c>aws</c> command, whose signatures it checks.</summary>
public sealed class AwsCliTests
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Target_groups_are_listed_drained_and_filled_again()
    {
        await using ElbRange range = await ElbRange.StartAsync(2, running: 2, delay: 1);
        string arn = range.Simulator.TargetGroupArn("web"), id = range.Instances.Keys.First().Split(':')[0], port = range.Instances.Keys.First().Split(':')[1];
        await WaitAsync(range, "elbv2", "wait", "target-in-service", "--target-group-arn", arn);

        JsonElement group = (await RunAsync(range, "elbv2", "describe-target-groups", "--names", "web")).GetProperty("TargetGroups")[0];
        group.GetProperty("TargetGroupArn").GetString().ShouldBe(arn);
        group.GetProperty("LoadBalancerArns").GetArrayLength().ShouldBe(1);
        States(await RunAsync(range, "elbv2", "describe-target-health", "--target-group-arn", arn)).ShouldBe(["healthy", "healthy"]);

        // The wrong port is taken for nothing.
        await RunAsync(range, "elbv2", "deregister-targets", "--target-group-arn", arn, "--targets", $"Id={id},Port=81");
        JsonElement wrong = await RunAsync(range, "elbv2", "describe-target-health", "--target-group-arn", arn, "--targets", $"Id={id},Port=81");
        wrong.GetProperty("TargetHealthDescriptions")[0].GetProperty("TargetHealth").GetProperty("Reason").GetString().ShouldBe("Target.NotRegistered");
        States(await RunAsync(range, "elbv2", "describe-target-health", "--target-group-arn", arn)).ShouldBe(["healthy", "healthy"]);

        await RunAsync(range, "elbv2", "modify-target-group-attributes", "--target-group-arn", arn, "--attributes", "Key=deregistration_delay.timeout_seconds,Value=600");
        await RunAsync(range, "elbv2", "deregister-targets", "--target-group-arn", arn, "--targets", $"Id={id},Port={port}");
        States(await RunAsync(range, "elbv2", "describe-target-health", "--target-group-arn", arn)).Order().ShouldBe(["draining", "healthy"]);
        await RunAsync(range, "elbv2", "register-targets", "--target-group-arn", arn, "--targets", $"Id={id},Port={port}");
        await WaitAsync(range, "elbv2", "wait", "target-in-service", "--target-group-arn", arn);
    }

    [Fact]
    public async Task Rules_and_listeners_are_paged_and_changed()
    {
        await using ElbRange range = await ElbRange.StartAsync(1, running: 1, adjust: given => given with
        {
            PageSize = 1,
            TargetGroups = [given.TargetGroups[0], given.TargetGroups[0] with { Name = "canary", Targets = [] }],
            Listeners = [given.Listeners[0] with { Rules = [new RuleConfiguration { PathPattern = "/api/*", Forward = new Dictionary<string, int> { ["web"] = 1 } }] }],
        });
        JsonElement balancer = (await RunAsync(range, "elbv2", "describe-load-balancers")).GetProperty("LoadBalancers")[0];
        JsonElement listener = (await RunAsync(range, "elbv2", "describe-listeners", "--load-balancer-arn", balancer.GetProperty("LoadBalancerArn").GetString()!)).GetProperty("Listeners")[0];
        string listenerArn = listener.GetProperty("ListenerArn").GetString()!;
        (await RunAsync(range, "elbv2", "describe-target-groups")).GetProperty("TargetGroups").GetArrayLength().ShouldBe(2);
        JsonElement rules = (await RunAsync(range, "elbv2", "describe-rules", "--listener-arn", listenerArn)).GetProperty("Rules");
        rules.EnumerateArray().Select(rule => rule.GetProperty("Priority").GetString()).ShouldBe(["1", "default"]);

        string actions = $$$"""[{"Type":"forward","ForwardConfig":{"TargetGroups":[{"TargetGroupArn":"{{{range.Simulator.TargetGroupArn("web")}}}","Weight":90},{"TargetGroupArn":"{{{range.Simulator.TargetGroupArn("canary")}}}","Weight":10}]}}]""";
        JsonElement changed = (await RunAsync(range, "elbv2", "modify-rule", "--rule-arn", rules[0].GetProperty("RuleArn").GetString()!, "--actions", actions)).GetProperty("Rules")[0];
        changed.GetProperty("Actions")[0].GetProperty("ForwardConfig").GetProperty("TargetGroups").EnumerateArray().Select(group => group.GetProperty("Weight").GetInt32()).ShouldBe([90, 10]);
        (await FailAsync(range, "elbv2", "modify-rule", "--rule-arn", rules[1].GetProperty("RuleArn").GetString()!, "--actions", actions)).ShouldContain("OperationNotPermitted");
        await RunAsync(range, "elbv2", "modify-listener", "--listener-arn", listenerArn, "--default-actions", actions);
    }

    [Fact]
    public async Task A_classic_load_balancer_is_listed_drained_and_filled_again()
    {
        await using ElbRange range = await ElbRange.StartAsync(2, running: 2, classic: true);
        string id = range.Instances.Keys.First().Split(':')[0];
        await WaitAsync(range, "elb", "wait", "instance-in-service", "--load-balancer-name", "web");

        (await RunAsync(range, "elb", "describe-load-balancers")).GetProperty("LoadBalancerDescriptions")[0].GetProperty("Instances").GetArrayLength().ShouldBe(2);
        (await RunAsync(range, "elb", "describe-load-balancer-attributes", "--load-balancer-name", "web"))
            .GetProperty("LoadBalancerAttributes").GetProperty("ConnectionDraining").GetProperty("Enabled").GetBoolean().ShouldBeTrue();
        (await RunAsync(range, "elb", "deregister-instances-from-load-balancer", "--load-balancer-name", "web", "--instances", id)).GetProperty("Instances").GetArrayLength().ShouldBe(1);
        await WaitAsync(range, "elb", "wait", "instance-deregistered", "--load-balancer-name", "web", "--instances", id);
        (await RunAsync(range, "elb", "describe-instance-health", "--load-balancer-name", "web", "--instances", id))
            .GetProperty("InstanceStates")[0].GetProperty("Description").GetString().ShouldBe("Instance is not currently registered with the LoadBalancer.");
        await RunAsync(range, "elb", "register-instances-with-load-balancer", "--load-balancer-name", "web", "--instances", id);
        await WaitAsync(range, "elb", "wait", "instance-in-service", "--load-balancer-name", "web");
        (await RunAsync(range, "ec2", "describe-instances", "--instance-ids", id)).GetProperty("Reservations")[0].GetProperty("Instances")[0].GetProperty("PrivateIpAddress").GetString().ShouldBe("127.0.1.1");
    }

    [Fact]
    public async Task A_wrong_signature_and_an_unknown_name_are_refused()
    {
        await using ElbRange range = await ElbRange.StartAsync(1, running: 1);

        (await FailAsync(range, "elbv2", "describe-target-groups", "--names", "nothing")).ShouldContain("TargetGroupNotFound");
        (await FailAsync(range, "elb", "describe-load-balancers", "--load-balancer-names", "nothing")).ShouldContain("LoadBalancerNotFound");
        (int code, _, string errors) = await AwsAsync(range, "another secret", "elbv2", "describe-target-groups");
        code.ShouldNotBe(0);
        errors.ShouldContain("SignatureDoesNotMatch");
    }

    private static IEnumerable<string?> States(JsonElement health) =>
        health.GetProperty("TargetHealthDescriptions").EnumerateArray().Select(entry => entry.GetProperty("TargetHealth").GetProperty("State").GetString());

    private static async Task<JsonElement> RunAsync(ElbRange range, params string[] arguments)
    {
        (int code, string output, string errors) = await AwsAsync(range, ElbRange.SecretAccessKey, arguments);
        code.ShouldBe(0, errors);
        return output.Trim().Length == 0 ? default : JsonDocument.Parse(output).RootElement;
    }

    private static async Task WaitAsync(ElbRange range, params string[] arguments) => await RunAsync(range, arguments);

    private static async Task<string> FailAsync(ElbRange range, params string[] arguments)
    {
        (int code, _, string errors) = await AwsAsync(range, ElbRange.SecretAccessKey, arguments);
        code.ShouldNotBe(0);
        return errors;
    }

    private static async Task<(int Code, string Output, string Errors)> AwsAsync(ElbRange range, string secret, params string[] arguments)
    {
        var start = new ProcessStartInfo(Aws(), ["--endpoint-url", range.Simulator.ApiUri.ToString(), "--region", "us-east-1", "--output", "json", .. arguments]) { UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["AWS_ACCESS_KEY_ID"] = ElbRange.AccessKeyId;
        start.Environment["AWS_SECRET_ACCESS_KEY"] = secret;
        start.Environment["AWS_MAX_ATTEMPTS"] = "1";
        start.Environment["AWS_PAGER"] = "";
        start.Environment.Remove("AWS_SESSION_TOKEN");
        start.Environment.Remove("AWS_PROFILE");
        using Process process = Process.Start(start)!;
        Task<string> output = process.StandardOutput.ReadToEndAsync(Cancelled), errors = process.StandardError.ReadToEndAsync(Cancelled);
        await process.WaitForExitAsync(Cancelled);
        return (process.ExitCode, await output, await errors);
    }

    private static string Aws() => Requirement.Program("aws", package: "awscli");
}
