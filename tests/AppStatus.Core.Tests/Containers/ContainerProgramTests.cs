using System.Diagnostics;
using System.Globalization;
using AppStatus.Core.Containers;
using AppStatus.Core.Errors;

namespace AppStatus.Core.Tests.Containers;

public sealed class ContainerProgramTests
{
    [Fact]
    public async Task An_exit_code_becomes_a_fault_that_says_verb_code_and_words()
    {
        using FakeEngine engine = FakeEngine.Saying("echo half; printf 'name \\033[31min\\n use' >&2; exit 125", "podman");

        (string output, Fault? fault) = await engine.Program.RunAsync(["create", "x"], TestContext.Current.CancellationToken);

        output.ShouldBe("");
        fault.ShouldBe(new Fault(ErrorId.ContainerFailed, "podman create ended with 125: name \u241b[31min use"));
    }

    [Theory]
    [InlineData("Cannot connect to the Docker daemon at unix:///var/run/docker.sock. Is the docker daemon running?")]
    [InlineData("error during connect: Get \"https://far:2376/v1.40/containers/json\": dial tcp: lookup far: no such host")]
    [InlineData("Cannot connect to Podman. Please verify your connection to the Linux system using `podman system connection list`")]
    [InlineData("Error: unable to connect to Podman socket: dial unix /run/podman.sock")]
    public async Task An_engine_that_is_away_is_told_from_one_that_refuses(string words)
    {
        using FakeEngine engine = FakeEngine.Saying("cat \"$here/words\" >&2; exit 1");
        File.WriteAllText(engine.PathOf("words"), words);

        Fault fault = (await engine.Program.RunAsync(["ps"], TestContext.Current.CancellationToken)).Fault.ShouldNotBeNull();

        fault.Id.ShouldBe(ErrorId.ContainerEngineUnavailable);
        fault.Message.ShouldBe($"docker does not reach its engine: {words}");
        fault.NextStep.ShouldBe("Try it: docker info");
    }

    [Fact]
    public async Task What_can_not_be_started_is_no_engine()
    {
        using FakeEngine engine = FakeEngine.Saying("");

        Fault fault = (await new ContainerProgram(engine.PathOf("script")).RunAsync(["ps"], TestContext.Current.CancellationToken)).Fault.ShouldNotBeNull();

        fault.Id.ShouldBe(ErrorId.ContainerEngineUnavailable);
        fault.Message.ShouldStartWith($"{engine.PathOf("script")} could not be started: ");
    }

    [Theory]
    [InlineData(false, "out")]
    [InlineData(true, "outerr")]
    public async Task Errors_belong_to_the_output_where_they_are_asked_for(bool errorsToo, string expected)
    {
        using FakeEngine engine = FakeEngine.Saying("printf out; printf err >&2");

        (await engine.Program.RunAsync(["logs"], TestContext.Current.CancellationToken, errorsToo: errorsToo)).ShouldBe((expected, null));
    }

    [Fact]
    public async Task Much_on_both_ways_out_does_not_block_it()
    {
        using FakeEngine engine = FakeEngine.Saying("head -c 300000 /dev/zero | tr '\\0' e >&2; head -c 300000 /dev/zero | tr '\\0' o");

        (string output, Fault? fault) = await engine.Program.RunAsync(["logs"], TestContext.Current.CancellationToken);

        (output.Length, fault).ShouldBe((300_000, null));
    }

    [Fact]
    public async Task A_cancelled_one_is_killed()
    {
        using FakeEngine engine = FakeEngine.Saying("mkfifo \"$here/never\"; echo $$ >\"$here/number\"; read word <\"$here/never\"");
        using var cancel = new CancellationTokenSource();
        Task<(string Output, Fault? Fault)> running = engine.Program.RunAsync(["pull", "x"], cancel.Token);
        // It has not started, and won't, when it has ended.
        while (!running.IsCompleted && (!File.Exists(engine.PathOf("number")) || File.ReadAllText(engine.PathOf("number")).Length == 0)) await MachineClock.DelayAsync(TimeSpan.FromMilliseconds(5), TestContext.Current.CancellationToken);
        int id = int.Parse(File.ReadAllText(engine.PathOf("number")).Trim(), CultureInfo.InvariantCulture);

        cancel.Cancel();

        await Should.ThrowAsync<OperationCanceledException>(() => running);
        Should.Throw<ArgumentException>(() => Process.GetProcessById(id));
    }

    [Fact]
    public void It_is_found_on_the_path_docker_first()
    {
        using FakeEngine docker = FakeEngine.Saying(""), podman = FakeEngine.Saying("", "podman");

        ContainerProgram? found = ContainerProgram.Find(string.Join($"{Path.PathSeparator}", podman.Folder, "", "/nowhere", docker.Folder));

        found.ShouldNotBeNull().Reference.ShouldBe("docker");
        ContainerProgram.All(podman.Folder).ShouldHaveSingleItem().Name.ShouldBe("podman");
        ContainerProgram.Find("/nowhere").ShouldBeNull();
        ContainerProgram.Find("podman", docker.Folder).ShouldBeNull();
    }

    [Fact]
    public void One_that_is_given_by_its_path_is_found_again_by_it()
    {
        using FakeEngine engine = FakeEngine.Saying("", "docker.real");

        ContainerProgram found = ContainerProgram.Find(engine.PathOf("docker.real"), "").ShouldNotBeNull();

        (found.Name, found.Reference).ShouldBe(("docker", engine.PathOf("docker.real")));
        ContainerProgram.Find("/nowhere/docker", engine.Folder).ShouldBeNull();
    }
}
