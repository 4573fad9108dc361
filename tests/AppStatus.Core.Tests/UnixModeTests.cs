#if NET
namespace AppStatus.Core.Tests;

public sealed class UnixModeTests : IDisposable
{
    private readonly string _file = Path.GetTempFileName();

    public void Dispose() => File.Delete(_file);

    [Fact]
    public void What_is_set_is_what_the_file_has()
    {
        if (OperatingSystem.IsWindows()) return;
        UnixMode.Set(_file, UnixMode.OwnerWritesAllRead);
        File.GetUnixFileMode(_file).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead);
        UnixMode.Set(_file, UnixMode.OwnerAlone);
        UnixMode.Of(_file).ShouldBe(UnixMode.OwnerAlone);
    }

    [Fact]
    public void What_is_not_there_is_said_as_any_other_missing_file() =>
        Should.Throw<FileNotFoundException>(() => UnixMode.Set(_file + ".none", UnixMode.OwnerAlone));
}
#endif
