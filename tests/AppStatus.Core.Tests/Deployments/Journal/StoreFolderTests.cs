#if NET
using AppStatus.Core.Deployments.Journal;
using AppStatus.Core.Errors;

namespace AppStatus.Core.Tests.Deployments.Journal;

/// <summary>Modes are Unix's, and what tells them is not there on .NET Framework.</summary>
public sealed class StoreFolderTests : IDisposable
{
    private readonly string _folder = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void It_is_made_for_its_owner_alone()
    {
        StoreFolder.Create(_folder);
        if (!OperatingSystem.IsWindows()) File.GetUnixFileMode(_folder).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        StoreFolder.Require(_folder);
        StoreFolder.Create(_folder);
    }

    [Fact]
    public async Task One_that_everybody_can_write_to_is_refused_and_one_of_a_group_is_not()
    {
        string journals = Path.Combine(_folder, "deployments");
        Directory.CreateDirectory(journals);
        if (OperatingSystem.IsWindows()) return;
        File.SetUnixFileMode(journals, File.GetUnixFileMode(journals) | UnixFileMode.GroupWrite);
        (await StoreLocation.OpenAsync(_folder, credential: null, unattended: null, CancellationToken.None)).Store.Dispose();

        File.SetUnixFileMode(journals, File.GetUnixFileMode(journals) | UnixFileMode.OtherWrite);
        AppStatusException refused = await Should.ThrowAsync<AppStatusException>(StoreLocation.OpenAsync(_folder, credential: null, unattended: null, CancellationToken.None));
        refused.Id.ShouldBe(ErrorId.StoreUnavailable);
        refused.Fault.NextStep.ShouldContain("chmod o-w");
    }
}
#endif
