using AppStatus.Core.Deployments.Journal;
using AppStatus.Core.Errors;
using AppStatus.Core.Tests.Clocks;

namespace AppStatus.Core.Tests.Deployments.Journal;

public sealed class FileJournalTests : IDisposable
{
    private readonly string _folder = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());
    private readonly ManualTimeProvider _clock = new();

    private string File => Path.Combine(_folder, "d1.journal");

    public void Dispose()
    {
        if (Directory.Exists(_folder)) Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task What_was_appended_is_read_back_numbered_without_a_gap_while_the_writer_is_open()
    {
        using FileJournal journal = await CreateAsync();
        _clock.Advance(TimeSpan.FromSeconds(5));
        IReadOnlyList<JournalRecord> appended = await journal.AppendAsync([new BakeStarted(1), new BakeStarted(2)], CancellationToken.None);
        await journal.AppendAsync([new BakeStarted(3)], CancellationToken.None);

        (IReadOnlyList<JournalRecord> records, bool torn) = FileJournal.Read(File);
        torn.ShouldBeFalse();
        records.Select(record => record.Sequence).ShouldBe([1, 2, 3, 4]);
        records[1].ShouldBe(appended[0]);
        records[1].At.ShouldBe(_clock.GetUtcNow());
        journal.Location.ShouldBe(File);
    }

    [Fact]
    public async Task Nothing_but_the_journal_is_left_in_the_folder()
    {
        using FileJournal journal = await CreateAsync();
        Directory.GetFiles(_folder).ShouldBe([File]);
    }

    [Fact]
    public async Task A_journal_that_is_there_is_not_written_over()
    {
        using (FileJournal journal = await CreateAsync()) await journal.AppendAsync([new BakeStarted(1)], CancellationToken.None);

        (await Should.ThrowAsync<AppStatusException>(CreateAsync())).Id.ShouldBe(ErrorId.StoreUnavailable);
        FileJournal.Read(File).Records.Count.ShouldBe(2);
        Directory.GetFiles(_folder).ShouldBe([File]);
    }

    [Fact]
    public async Task After_a_failed_append_nothing_follows()
    {
        FileJournal journal = await CreateAsync();
        using var stop = new CancellationTokenSource();
        stop.Cancel();
        await Should.ThrowAsync<OperationCanceledException>(journal.AppendAsync([new BakeStarted(1)], stop.Token));

        (await Should.ThrowAsync<AppStatusException>(journal.AppendAsync([new BakeStarted(1)], CancellationToken.None))).Id.ShouldBe(ErrorId.StoreUnavailable);
        journal.Dispose();
        FileJournal.Read(File).Records.Count.ShouldBe(1);
    }

    [Fact]
    public void A_journal_that_is_not_there_is_a_store_that_is_not() =>
        Should.Throw<AppStatusException>(() => FileJournal.Read(File)).Id.ShouldBe(ErrorId.StoreUnavailable);

    private async Task<FileJournal> CreateAsync() =>
        (await FileJournal.CreateAsync(File, [new StopRequested("first", Immediate: false)], _clock, CancellationToken.None)).Journal;
}
