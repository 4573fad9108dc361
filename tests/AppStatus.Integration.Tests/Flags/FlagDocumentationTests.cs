using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Text.RegularExpressions;
using AppStatus.Core.Errors;
using AppStatus.Core.Flags;
using AppStatus.Core.Redis;
using AppStatus.Integration.Tests.Redis;
using AppStatus.Integration.Tests.Support;

namespace AppStatus.Integration.Tests.Flags;

/// <summary>What docs/feature-flags.md promises to people who read nothing else.</summary>
public sealed partial class FlagDocumentationTests
{
    private static readonly string[] Page = File.ReadAllLines(Path.Combine(Repository.Root, "docs", "feature-flags.md"));

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public void The_vectors_hold()
    {
        Match[] vectors = [.. Page.Select(line => Vector().Match(line)).Where(match => match.Success)];

        vectors.Length.ShouldBeGreaterThanOrEqualTo(7);
        foreach (Match vector in vectors)
        {
            int bucket = int.Parse(vector.Groups["bucket"].Value, CultureInfo.InvariantCulture);
            FlagBucket.Of(vector.Groups["name"].Value, vector.Groups["key"].Value).ShouldBe(bucket, vector.Value);
            (uint.Parse(vector.Groups["hash"].Value, NumberStyles.HexNumber, CultureInfo.InvariantCulture) % 100).ShouldBe((uint)bucket, vector.Value);
        }
    }

    [Fact]
    public async Task The_shell_reckons_the_same()
    {
        string bash = Requirement.Program("bash");
        string line = Page.Single(line => line.StartsWith("bucket=", StringComparison.Ordinal));
        using Process process = Process.Start(new ProcessStartInfo(bash, ["-c", line + "; printf %s $bucket"]) { UseShellExecute = false, RedirectStandardOutput = true })!;
        string bucket = await process.StandardOutput.ReadToEndAsync(Stop);

        bucket.ShouldBe(FlagBucket.Of("new-checkout", "user42").ToString(CultureInfo.InvariantCulture));
    }

    [Fact]
    public async Task The_rights_suffice_and_are_no_more_than_the_prefix()
    {
        const string Secret = "hush-hush";
        await using RedisProcess server = await RedisProcess.StartAsync();
        using RedisClient redis = server.Connect();
        foreach (string line in Page.Where(line => line.StartsWith("ACL SETUSER", StringComparison.Ordinal)))
        {
            string[] words = line.Replace("PASSWORD", Secret, StringComparison.Ordinal).Split(' ');
            await redis.ExecuteAsync(RedisCommand.Of(words[0], [.. words.Skip(1).Select(word => (RedisArgument)word)]), Stop);
        }

        using FlagStore mine = As("operator");
        var flag = FlagKey.Of("shop:", "f");
        await mine.SetAsync(flag, FlagValue.On, create: true, Stop);
        (await mine.GetAsync(flag, Stop)).Enabled.ShouldBeTrue();
        var found = new List<FeatureFlag>();
        await mine.ListAsync("shop:", _ => true, found.Add, Stop);
        found.ShouldHaveSingleItem();
        using RedisClient application = server.Connect(options => new RedisOptions { Endpoint = options.Endpoint, Credential = new NetworkCredential("shop", Secret) });
        (await application.ExecuteAsync(RedisCommand.Of("MGET", flag.Key), Stop)).Items[0].Text.ShouldBe("true");
        (await application.TryExecuteAsync(RedisCommand.Of("SET", flag.Key, "false"), Stop)).Fault!.Id.ShouldBe(ErrorId.AccessDenied);

        AppStatusException denied = await Should.ThrowAsync<AppStatusException>(mine.SetAsync(FlagKey.Of("other:", "f"), FlagValue.On, create: true, Stop));
        denied.Id.ShouldBe(ErrorId.AccessDenied);
        denied.Fault.NextStep.ShouldContain("ACL SETUSER … ~other:f ");
        denied.ToString().ShouldNotContain(Secret);
        using FlagStore wrong = As("nobody");
        AppStatusException stranger = await Should.ThrowAsync<AppStatusException>(wrong.GetAsync(flag, Stop));
        stranger.Id.ShouldBe(ErrorId.AuthenticationFailed);
        stranger.ToString().ShouldNotContain(Secret);
        await mine.RemoveAsync(flag, Stop);

        FlagStore As(string user) => FlagStore.Open(new RedisOptions { Endpoint = server.Endpoint, Credential = new NetworkCredential(user, Secret) });
    }

    [GeneratedRegex(@"^\| `(?<name>[^`]+)` \| `(?<key>[^`]+)` \| `(?<hash>[0-9a-f]{8})` \| (?<bucket>\d+) \|$", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Vector();
}
