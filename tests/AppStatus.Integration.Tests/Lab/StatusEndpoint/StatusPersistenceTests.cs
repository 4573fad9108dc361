using System.Net;
using System.Reflection;
using AppStatus.AspNetCore;

namespace AppStatus.Integration.Tests.Lab.StatusEndpoint;

public sealed class StatusPersistenceTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("appstatus-test-").FullName;

    private string StatusFile => Path.Combine(_folder, "status");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task The_status_survives_a_restart_and_leaves_one_file()
    {
        await using (var before = await StartAsync())
        {
            using var response = await before.PostAsync(StatusApplication.Json("""{"status":"ready"}"""));
            response.StatusCode.ShouldBe(HttpStatusCode.OK);
        }

        await using var after = await StartAsync();

        after.Status.Current.ShouldBe(InstanceStatus.Ready);
        Directory.GetFiles(_folder).ShouldBe([StatusFile]);
    }

    [Theory]
    [InlineData("")]
    [InlineData("rea")]
    [InlineData("ready ready")]
    [InlineData("\0\0\0\0\0\0")]
    public async Task A_damaged_file_means_stand_by_whatever_the_initial_status(string content)
    {
        await File.WriteAllTextAsync(StatusFile, content, TestContext.Current.CancellationToken);

        await using var application = await StartAsync(InstanceStatus.Ready);

        application.Status.Current.ShouldBe(InstanceStatus.StandBy);
    }

    [Fact]
    public async Task A_status_that_cannot_be_kept_is_not_taken()
    {
        await using var application = await StartAsync(InstanceStatus.Stage);
        Directory.CreateDirectory(StatusFile);

        using var response = await application.PostAsync(StatusApplication.Json("""{"status":"ready"}"""));

        response.StatusCode.ShouldBe(HttpStatusCode.InternalServerError);
        (await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)).ShouldContain("it stays stage");
        application.Status.Current.ShouldBe(InstanceStatus.Stage);
        Directory.GetFiles(_folder).ShouldBeEmpty();
    }

    [Fact]
    public void The_version_is_the_assembly_s_without_its_commit_else_unknown()
    {
        ReportedVersion.OfAssembly(null).ShouldBe("unknown");
        ReportedVersion.OfAssembly(typeof(StatusPersistenceTests).Assembly).ShouldBe(
            typeof(StatusPersistenceTests).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion.Split('+')[0]);
    }

    private Task<StatusApplication> StartAsync(InstanceStatus initial = InstanceStatus.StandBy) => StatusApplication.StartAsync(options =>
    {
        options.StatusFile = StatusFile;
        options.InitialStatus = initial;
    });
}
