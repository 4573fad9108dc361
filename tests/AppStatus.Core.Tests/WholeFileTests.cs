namespace AppStatus.Core.Tests;

public sealed class WholeFileTests : IDisposable
{
    private readonly string _folder = Directory.CreateDirectory(Path.Combine(Path.GetTempPath(), Path.GetRandomFileName())).FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Who_has_begun_to_read_reads_the_old_one_to_its_end()
    {
        string path = Path.Combine(_folder, "record.json");
        byte[] old = [.. Enumerable.Repeat((byte)'a', 5000)], fresh = [.. Enumerable.Repeat((byte)'b', 10)];
        WholeFile.Write(path, old);
        using (var reader = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 1))
        {
            reader.ReadByte().ShouldBe('a');
            WholeFile.Write(path, fresh);
            WholeFile.Read(path).ShouldBe(fresh);
            using var rest = new MemoryStream();
            reader.CopyTo(rest);
            rest.ToArray().ShouldBe(old.Skip(1));
        }

        Directory.GetFiles(_folder).ShouldBe([path]);
    }
}
