using System.Diagnostics;
using System.Globalization;
using AppStatus.Core.Balancers;
using AppStatus.Core.Containers;
using AppStatus.Core.Environments;
using AppStatus.Core.Environments.Processes;
using AppStatus.Core.Errors;
using AppStatus.Integration.Tests.Support;

namespace AppStatus.Integration.Tests.Environments;

/// <summary>Environments of real processes: the lab's applications behind its simulators, or behind a real HAProxy.</summary>
public sealed class ProcessHostTests : IAsyncDisposable
{
    private static readonly string Lab = Path.Combine(AppContext.BaseDirectory, "AppStatus.Lab.dll");

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("appstatus-environments-");
    private readonly ProcessHost _host;
    private readonly EnvironmentProbe _probe = new(TimeSpan.FromSeconds(60));

    public ProcessHostTests() => _host = HostOf(Lab);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private string Root => Path.Combine(_folder.FullName, "appstatus", "environments");

    private AppEnvironments Environments => new([_host], _probe);

    public async ValueTask DisposeAsync()
    {
        foreach (FoundEnvironment found in await Environments.FindAsync(null, null, CancellationToken.None))
            await AppEnvironments.StopAsync(found, _ => { }, CancellationToken.None);
        _probe.Dispose();
        if (_folder.Exists) _folder.Delete(recursive: true);
    }

    [Theory]
    [InlineData(EnvironmentBalancer.F5)]
    [InlineData(EnvironmentBalancer.HAProxy)]
    [InlineData(EnvironmentBalancer.RedisTable)]
    public async Task It_comes_up_replaces_an_instance_and_goes_down_without_a_trace(EnvironmentBalancer balancer)
    {
        if (balancer == EnvironmentBalancer.HAProxy) Requirement.Program("haproxy");
        if (balancer == EnvironmentBalancer.RedisTable) Requirement.Program("redis-server");
        FoundEnvironment up = await UpAsync(Definition(balancer));
        up.State.ShouldBe(EnvironmentState.Running);
        EnvironmentConnection connection = await EnvironmentConnection.OpenAsync(up.Definition, Token);
        (await connection.AwaitServingAsync(up.Definition, TimeSpan.FromSeconds(30), Token)).ShouldBeNull();
        (await connection.ReadAsync(up.Definition, Token)).Select(member => member.Port).Order().ShouldBe(up.Definition.Ports.Order());
        int[] ids = [.. up.Parts.Select(part => int.Parse(part.Id, CultureInfo.InvariantCulture))];
        EnvironmentPart app1 = up.Parts.Single(part => part.Name == "app1");

        await _host.ReplaceAsync(app1, new ImageReference("lab", "2.0"), "stand-by", Token);
        await _probe.WaitAsync(up.Definition, "app1", Token);

        FoundEnvironment now = await FindAsync();
        now.Parts.Where(part => part.Name != "app1").Select(part => part.Id).ShouldBe(up.Parts.Where(part => part.Name != "app1").Select(part => part.Id), ignoreOrder: true);
        EnvironmentPart replaced = now.Parts.Single(part => part.Name == "app1");
        (replaced.Running, replaced.Image.ToString(), replaced.Port).ShouldBe((true, "lab:2.0", app1.Port));
        replaced.Id.ShouldNotBe(app1.Id);
        Exists(int.Parse(app1.Id, CultureInfo.InvariantCulture)).ShouldBeFalse();
        using (var http = new HttpClient())
        {
            string status = await http.GetStringAsync(new Uri(EnvironmentAddresses.Instance(up.Definition, "app1"), "/appstatus"), Token);
            status.ShouldContain("2.0");
            status.ShouldContain("stand-by");
        }

        await AppEnvironments.StopAsync(now, _ => { }, Token);

        (await Environments.FindAsync(null, null, Token)).ShouldBeEmpty();
        Directory.Exists(Root).ShouldBeFalse();
        ids.Where(Exists).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_second_up_starts_what_has_ended_and_leaves_the_rest()
    {
        FoundEnvironment up = await UpAsync(Definition(EnvironmentBalancer.F5));
        using (Process app2 = Process.GetProcessById(int.Parse(up.Parts.Single(part => part.Name == "app2").Id, CultureInfo.InvariantCulture))) app2.Kill();
        FoundEnvironment half = await Eventually.GetAsync(FindAsync, found => found.State == EnvironmentState.Partial, "the end of app2");
        half.Missing.ShouldBe(["app2"]);

        FoundEnvironment again = await UpAsync(half.Definition, half.Parts);

        again.State.ShouldBe(EnvironmentState.Running);
        again.Parts.Where(part => part.Name != "app2").Select(part => part.Id).ShouldBe(up.Parts.Where(part => part.Name != "app2").Select(part => part.Id), ignoreOrder: true);
    }

    [Fact]
    public async Task Processes_outlive_the_one_that_started_them_and_the_end_of_its_group()
    {
        string log = Path.Combine(_folder.FullName, "sleep.log"), number = Path.Combine(_folder.FullName, "sleep.pid");
        await DetachedProcess.StartAsync("/bin/sh", ["-c", "echo it\\'s $1; exec sleep 300", "sh", "a \"b\""], new Dictionary<string, string>(StringComparer.Ordinal), log, number, Token);
        DetachedProcess process = DetachedProcess.Read(number).ShouldNotBeNull();
        try
        {
            process.Runs.ShouldBeTrue();
            // A session of its own: neither Ctrl+C nor the end of the terminal reaches it.
            string[] stat = (await File.ReadAllTextAsync($"/proc/{process.Id}/stat", Token)).Split(") ")[1].Split(' ');
            int.Parse(stat[3], CultureInfo.InvariantCulture).ShouldBe(process.Id);
            await Eventually.GetAsync(() => File.ReadAllTextAsync(log, Token), text => text.Length > 0, "what it prints");
            (await File.ReadAllTextAsync(log, Token)).ShouldBe("it's a \"b\"\n");
        }
        finally
        {
            await process.StopAsync(TimeSpan.FromSeconds(10), CancellationToken.None);
        }

        process.Runs.ShouldBeFalse();
    }

    [Fact]
    public async Task One_that_does_not_listen_to_a_polite_word_is_killed()
    {
        string number = Path.Combine(_folder.FullName, "deaf.pid"), ready = Path.Combine(_folder.FullName, "ready");
        await DetachedProcess.StartAsync("/bin/sh", ["-c", $"trap '' TERM; echo >{ready}; while :; do sleep 300; done"], new Dictionary<string, string>(StringComparer.Ordinal), "/dev/null", number, Token);
        DetachedProcess process = DetachedProcess.Read(number).ShouldNotBeNull();
        await Eventually.GetAsync(() => Task.FromResult(File.Exists(ready)), there => there, "the trap");
        int child = await Eventually.GetAsync(() => Task.FromResult(ChildOf(process.Id)), id => id > 0, "its sleep");

        await process.StopAsync(TimeSpan.FromMilliseconds(100), Token);

        process.Runs.ShouldBeFalse();
        using Process sleep = Process.GetProcessById(child);
        sleep.Kill();
    }

    [Fact]
    public async Task Another_process_that_has_its_number_by_now_is_neither_ours_nor_killed()
    {
        EnvironmentDefinition definition = Definition(EnvironmentBalancer.F5);
        string folder = Directory.CreateDirectory(Path.Combine(Root, definition.Name)).FullName;
        using Process stranger = Process.Start(new ProcessStartInfo("/bin/sleep", ["300"]) { UseShellExecute = false })!;
        try
        {
            PartFile.Write(folder, new PartFile("app1", "lab:1.0", DefinitionJson.Write(definition)));
            string number = PartFile.NumberOf(folder, "app1");
            await File.WriteAllTextAsync(number, string.Create(CultureInfo.InvariantCulture, $"{stranger.Id} 1\n"), Token);

            EnvironmentPart part = (await _host.ListAsync(definition.Name, Token)).ShouldHaveSingleItem();
            (part.Running, part.State).ShouldBe((false, "exited"));
            await _host.RemoveAsync(part, Token);
            await new DetachedProcess(stranger.Id, "1").StopAsync(TimeSpan.Zero, Token);

            stranger.HasExited.ShouldBeFalse();
            (await _host.ListAsync(definition.Name, Token)).ShouldBeEmpty();

            // A number alone tells nothing.
            await File.WriteAllTextAsync(number, string.Create(CultureInfo.InvariantCulture, $"{stranger.Id}\n"), Token);
            DetachedProcess.Read(number).ShouldNotBeNull().Runs.ShouldBeFalse();

            // The check of the check: with its own start it is taken for ours.
            string ticks = (await File.ReadAllTextAsync(string.Create(CultureInfo.InvariantCulture, $"/proc/{stranger.Id}/stat"), Token)).Split(") ")[1].Split(' ')[19];
            await File.WriteAllTextAsync(number, string.Create(CultureInfo.InvariantCulture, $"{stranger.Id} {ticks}\n"), Token);
            DetachedProcess.Read(number).ShouldNotBeNull().Runs.ShouldBeTrue();
        }
        finally
        {
            stranger.Kill();
        }
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("null")]
    [InlineData("half a fi")]
    [InlineData("{\"Part\":\"app1\",\"Image\":\"lab:1.0\",\"Definition\":\"{}\"}")]
    public async Task Files_that_are_none_of_ours_are_passed_over(string text)
    {
        string folder = Directory.CreateDirectory(Path.Combine(Root, "lab")).FullName;
        await File.WriteAllTextAsync(Path.Combine(folder, "app1.json"), text, Token);

        (await _host.ListAsync(null, Token)).ShouldBeEmpty();
    }

    [Fact]
    public async Task What_has_ended_at_once_is_told_with_what_it_said()
    {
        EnvironmentDefinition definition = Definition(EnvironmentBalancer.F5) with { Arguments = ["--no-such-option"] };

        AppStatusException failed = await Should.ThrowAsync<AppStatusException>(() => UpAsync(definition));

        failed.Id.ShouldBe(ErrorId.EnvironmentNotReady);
        failed.Fault.Message.ShouldContain("was started, and has ended: ");
        failed.Fault.Message.ShouldContain("no-such-option");
    }

    [Fact]
    public async Task What_is_needed_is_looked_for_before_anything_is_started()
    {
        EnvironmentDefinition definition = Definition(EnvironmentBalancer.F5);

        (await Should.ThrowAsync<AppStatusException>(() => HostOf("/nowhere/lab.dll").PrepareAsync(definition, Token))).Id.ShouldBe(ErrorId.ProgramNotFound);
        (await Should.ThrowAsync<AppStatusException>(() => _host.PrepareAsync(definition with { Image = "shop:1.0" }, Token))).Id.ShouldBe(ErrorId.ImageNotFound);

        Directory.Exists(Root).ShouldBeFalse();
    }

    private ProcessHost HostOf(string lab) => new(new ProcessPrograms(lab, Environment.GetEnvironmentVariable("PATH") ?? ""), Root);

    private static EnvironmentDefinition Definition(EnvironmentBalancer balancer)
    {
        int[] ports = LoopbackPorts.Free(5);
        return new EnvironmentDefinition { Name = "lab", Image = "lab:1.0", Instances = 2, Balancer = balancer, Port = ports[0], AdminPort = ports[1], RedisPort = ports[2], Ports = [ports[3], ports[4]], StopTimeoutSec = 5 };
    }

    private async Task<FoundEnvironment> UpAsync(EnvironmentDefinition definition, IReadOnlyList<EnvironmentPart>? parts = null)
    {
        await Environments.StartAsync(_host, definition, parts ?? [], _ => { }, Token);
        return await FindAsync();
    }

    private async Task<FoundEnvironment> FindAsync() => (await Environments.FindAsync("lab", null, Token)).ShouldHaveSingleItem();

    private static bool Exists(int id) => Directory.Exists($"/proc/{id}") && !File.ReadAllText($"/proc/{id}/stat").Contains(") Z ", StringComparison.Ordinal);

    private static int ChildOf(int id) => int.TryParse(File.ReadAllText($"/proc/{id}/task/{id}/children").Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out int child) ? child : 0;
}
