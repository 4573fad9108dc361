using AppStatus.Core.Deployments.Execution;
using AppStatus.Core.Deployments.Journal;
using AppStatus.Core.Errors;
using AppStatus.Core.Tests.Clocks;

namespace AppStatus.Core.Tests.Deployments.Journal;

public sealed class FileDeploymentStoreTests : IDisposable
{
    private readonly string _folder = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());
    private readonly FileDeploymentStore _store;

    public FileDeploymentStoreTests() => _store = new FileDeploymentStore(_folder, new ManualTimeProvider());

    public void Dispose()
    {
        _store.Dispose();
        if (Directory.Exists(_folder)) Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task Deployments_are_listed_the_newest_first()
    {
        (await _store.ListAsync(CancellationToken.None)).ShouldBeEmpty();
        foreach (string id in new[] { "20260101-000001-b", "20260101-000003-a", "20260101-000002-c" }) await CreateAsync(id);
        (await _store.ListAsync(CancellationToken.None)).ShouldBe(["20260101-000003-a", "20260101-000002-c", "20260101-000001-b"]);
    }

    [Fact]
    public async Task Signals_are_heard_in_order_and_each_once()
    {
        await CreateAsync("d1");
        (await _store.ReceiveAsync("d1", 0, CancellationToken.None)).ShouldBeEmpty();
        await _store.SendAsync("d1", new ControlSignal(ControlAction.Suspend, "ann"), CancellationToken.None);
        await _store.SendAsync("d1", new ControlSignal(ControlAction.Deny, "bob") { Reason = "no\nway" }, CancellationToken.None);
        (await _store.ReceiveAsync("d1", 0, CancellationToken.None)).ShouldBe([new(ControlAction.Suspend, "ann"), new(ControlAction.Deny, "bob") { Reason = "no\nway" }]);
        (await _store.ReceiveAsync("d1", 1, CancellationToken.None)).ShouldHaveSingleItem().By.ShouldBe("bob");
        (await _store.ListAsync(CancellationToken.None)).ShouldBe(["d1"]);
    }

    [Fact]
    public async Task A_signal_that_is_still_being_written_is_not_heard_yet()
    {
        await CreateAsync("d1");
        await _store.SendAsync("d1", new ControlSignal(ControlAction.Stop, "ann"), CancellationToken.None);
        File.AppendAllText(Path.Combine(_folder, "deployments", "d1.signals"), "{\"action\":\"Con");
        (await _store.ReceiveAsync("d1", 0, CancellationToken.None)).ShouldHaveSingleItem();
    }

    [Fact]
    public async Task What_a_sender_who_died_has_left_swallows_no_later_signal()
    {
        await CreateAsync("d1");
        File.AppendAllText(Path.Combine(_folder, "deployments", "d1.signals"), "{\"action\":\"Con");
        await _store.SendAsync("d1", new ControlSignal(ControlAction.Stop, "ann"), CancellationToken.None);
        (await _store.ReceiveAsync("d1", 0, CancellationToken.None)).ShouldBe([ControlSignal.None, new(ControlAction.Stop, "ann")]);
    }

    [Fact]
    public async Task A_torn_tail_is_cut_off_when_the_journal_is_opened_to_go_on()
    {
        await CreateAsync("d1");
        File.AppendAllText(Path.Combine(_folder, "deployments", "d1.jsonl"), "{\"seq\":2,\"at\":");
        (await _store.ReadAsync("d1", CancellationToken.None)).Count.ShouldBe(1);
        (IJournal journal, IReadOnlyList<JournalRecord> records) = await _store.OpenAsync("d1", null!, CancellationToken.None);
        using (journal)
        {
            records.Count.ShouldBe(1);
            await journal.AppendAsync([new Closed("me")], CancellationToken.None);
        }

        (await _store.ReadAsync("d1", CancellationToken.None)).Select(record => record.Sequence).ShouldBe([1, 2]);
    }

    [Fact]
    public async Task A_journal_cut_at_any_byte_is_gone_on_with_or_called_damaged()
    {
        (IJournal journal, _) = await _store.CreateAsync(new DeploymentStarted("d1", Given.Plan(Given.Options, Given.Pool(1)), "host", "user", 1), null!, CancellationToken.None);
        using (journal) await journal.AppendAsync([new BakeStarted(1), new StopRequested("me", Immediate: false), new Closed("me")], CancellationToken.None);
        string path = Path.Combine(_folder, "deployments", "d1.jsonl");
        byte[] whole = File.ReadAllBytes(path);
        int first = Array.IndexOf(whole, (byte)'\n') + 1;
        for (int length = 0; length < whole.Length; length++)
        {
            File.WriteAllBytes(path, whole.AsSpan(0, length).ToArray());
            if (length < first)
            {
                foreach (Func<Task> use in new Func<Task>[] { () => _store.ReadAsync("d1", CancellationToken.None), () => _store.OpenAsync("d1", null!, CancellationToken.None) })
                    (await Should.ThrowAsync<AppStatusException>(use, $"cut at {length}")).ShouldSatisfyAllConditions(e => e.Id.ShouldBe(ErrorId.JournalDamaged), e => e.Message.ShouldContain("by hand"));
                continue;
            }

            int count = whole.Take(length).Count(value => value == '\n');
            (IJournal again, IReadOnlyList<JournalRecord> records) = await _store.OpenAsync("d1", null!, CancellationToken.None);
            using (again) await again.AppendAsync([new Closed("you")], CancellationToken.None);
            records.Count.ShouldBe(count, $"cut at {length}");
            IReadOnlyList<JournalRecord> now = await _store.ReadAsync("d1", CancellationToken.None);
            (now.Count, RunState.Fold(now).IsClosed).ShouldBe((count + 1, true), $"cut at {length}");
        }
    }

    [Fact]
    public async Task Who_follows_a_journal_reads_what_has_come_since_and_nothing_else_of_it()
    {
        (IJournal journal, _) = await _store.CreateAsync(new DeploymentStarted("d1", Given.Plan(Given.Options, Given.Pool(1)), "host", "user", 1), null!, CancellationToken.None);
        var read = new JournalMark();
        using (journal)
        {
            (await _store.ReadOnAsync("d1", read, CancellationToken.None)).ShouldHaveSingleItem().Event.ShouldBeOfType<DeploymentStarted>();
            (await _store.ReadOnAsync("d1", read, CancellationToken.None)).ShouldBeEmpty();
            await journal.AppendAsync([new BakeStarted(1), new BakeStarted(2)], CancellationToken.None);
        }

        // Whatever became of what was read before.
        string path = Path.Combine(_folder, "deployments", "d1.jsonl");
        byte[] bytes = File.ReadAllBytes(path);
        bytes[10] ^= 1;
        File.WriteAllBytes(path, [.. bytes, (byte)'{']);
        (await _store.ReadOnAsync("d1", read, CancellationToken.None)).Select(record => record.Sequence).ShouldBe([2, 3]);
        (await _store.ReadOnAsync("d1", read, CancellationToken.None)).ShouldBeEmpty("a line that is being written is none yet");
        File.WriteAllBytes(path, [.. bytes, .. JournalLine.Write(new JournalRecord(5, DateTimeOffset.MinValue, new Closed("me")))]);
        (await Should.ThrowAsync<AppStatusException>(async () => await _store.ReadOnAsync("d1", read, CancellationToken.None))).Message.ShouldContain("line 4");
        File.WriteAllBytes(path, [.. bytes.Take(20)]);
        (await Should.ThrowAsync<AppStatusException>(async () => await _store.ReadOnAsync("d1", read, CancellationToken.None))).Id.ShouldBe(ErrorId.JournalDamaged);
    }

    [Theory]
    [InlineData("../d1")]
    [InlineData("..")]
    [InlineData("")]
    [InlineData("/etc/passwd")]
    [InlineData("a\\b")]
    [InlineData("d2")]
    public async Task An_id_that_leads_nowhere_or_out_of_the_folder_is_not_found(string id)
    {
        await CreateAsync("d1");
        (await Should.ThrowAsync<AppStatusException>(async () => await _store.ReadAsync(id, CancellationToken.None))).Id.ShouldBe(ErrorId.DeploymentNotFound);
        (await Should.ThrowAsync<AppStatusException>(async () => await _store.OpenAsync(id, null!, CancellationToken.None))).Id.ShouldBe(ErrorId.DeploymentNotFound);
        if (id == "d2") return;
        (await Should.ThrowAsync<AppStatusException>(async () => await _store.SendAsync(id, ControlSignal.None, CancellationToken.None))).Id.ShouldBe(ErrorId.DeploymentNotFound);
        (await Should.ThrowAsync<AppStatusException>(async () => await _store.ReceiveAsync(id, 0, CancellationToken.None))).Id.ShouldBe(ErrorId.DeploymentNotFound);
    }

    private async Task CreateAsync(string id) =>
        (await _store.CreateAsync(new DeploymentStarted(id, Given.Plan(Given.Options, Given.Pool(1)), "host", "user", 1), null!, CancellationToken.None)).Journal.Dispose();
}
