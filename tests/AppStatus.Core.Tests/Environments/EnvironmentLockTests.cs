using AppStatus.Core.Environments;
using AppStatus.Core.Errors;

namespace AppStatus.Core.Tests.Environments;

public sealed class EnvironmentLockTests : IDisposable
{
    private readonly string _above = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());

    private string Locks => Path.Combine(_above, "locks");

    public void Dispose() => Directory.Delete(_above, recursive: true);

    [Fact]
    public void One_at_a_time_has_it_and_another_environment_is_free()
    {
        using (EnvironmentLock.Take("lab", Locks))
        {
            Should.Throw<AppStatusException>(() => EnvironmentLock.Take("lab", Locks)).ShouldSatisfyAllConditions(e => e.Id.ShouldBe(ErrorId.EnvironmentNotReady), e => e.Message.ShouldContain("Another Start- or Stop-AppEnvironment"));
            EnvironmentLock.Take("shop", Locks).Dispose();
        }

        EnvironmentLock.Take("lab", Locks).Dispose();
    }

    [Fact]
    public void The_file_stays_so_that_all_lock_the_same_one()
    {
        EnvironmentLock.Take("lab", Locks).Dispose();
        string file = Directory.GetFiles(Locks).ShouldHaveSingleItem();

        EnvironmentLock.Take("lab", Locks).Dispose();

        Directory.GetFiles(Locks).ShouldBe([file]);
    }

    [Theory]
    [InlineData("../lab")]
    [InlineData("a/b")]
    [InlineData("..")]
    [InlineData("/lab")]
    public void A_name_leads_to_no_other_folder(string name)
    {
        EnvironmentLock.Take(name, Locks).Dispose();
        Directory.GetFileSystemEntries(_above, "*", SearchOption.AllDirectories).Length.ShouldBe(2, "the folder and one file in it");
        Directory.GetFiles(Locks).ShouldHaveSingleItem();
    }

    [Fact]
    public void A_folder_that_cannot_be_made_is_said_and_not_called_locked()
    {
        Directory.CreateDirectory(_above);
        File.WriteAllText(Locks, "");
        Should.Throw<AppStatusException>(() => EnvironmentLock.Take("lab", Locks)).ShouldSatisfyAllConditions(e => e.Id.ShouldBe(ErrorId.EnvironmentNotReady), e => e.Message.ShouldNotContain("Another Start"), e => e.Fault.NextStep.ShouldContain(Locks));
    }

#if NET
    [Fact]
    public void The_folder_is_made_for_its_owner_alone()
    {
        if (OperatingSystem.IsWindows()) return;
        EnvironmentLock.Take("lab", Locks).Dispose();
        File.GetUnixFileMode(Locks).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }
#endif
}
