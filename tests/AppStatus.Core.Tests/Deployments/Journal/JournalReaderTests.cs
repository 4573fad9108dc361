using AppStatus.Core.Deployments.Journal;
using AppStatus.Core.Deployments.Planning;
using AppStatus.Core.Errors;

namespace AppStatus.Core.Tests.Deployments.Journal;

public sealed class JournalReaderTests
{
    private static readonly byte[][] Lines =
    [
        Line(1, new StopRequested("somebody", Immediate: false)),
        Line(2, new StepStarted("10.0.0.1:8080", StepKind.Drain, 1, 3)),
        Line(3, new BakeStarted(1)),
    ];

    private static readonly byte[] Whole = [.. Lines.SelectMany(line => line)];

    [Fact]
    public void A_whole_journal_is_read()
    {
        (IReadOnlyList<JournalRecord> records, bool torn) = JournalReader.Read(Whole, "j");
        (records.Count, torn).ShouldBe((3, false));
    }

    [Fact]
    public void Cut_off_at_any_byte_what_was_complete_is_read_and_the_rest_is_a_torn_tail()
    {
        for (int length = Lines[0].Length; length < Whole.Length; length++)
        {
            (IReadOnlyList<JournalRecord> records, bool torn) = JournalReader.Read(Whole.AsSpan(0, length), "j");
            int complete = length < Lines[0].Length + Lines[1].Length ? 1 : 2;
            bool clean = length == Lines.Take(complete).Sum(line => line.Length);
            (records.Count, torn).ShouldBe((complete, !clean), $"cut at {length}");
        }
    }

    [Fact]
    public void Cut_off_in_its_first_line_it_is_damaged_since_it_was_created_whole()
    {
        for (int length = 0; length < Lines[0].Length; length++)
            Should.Throw<AppStatusException>(() => JournalReader.Read(Whole.AsSpan(0, length), "j"), $"cut at {length}").Id.ShouldBe(ErrorId.JournalDamaged);
    }

    [Fact]
    public void Any_bit_that_flips_is_seen()
    {
        for (int index = 0; index < Whole.Length; index++)
        {
            for (int bit = 0; bit < 8; bit++)
            {
                byte[] damaged = [.. Whole];
                damaged[index] ^= (byte)(1 << bit);
                if (index == Whole.Length - 1) JournalReader.Read(damaged, "j").ShouldSatisfyAllConditions(read => read.TornTail.ShouldBeTrue(), read => read.Records.Count.ShouldBe(2));
                else Should.Throw<AppStatusException>(() => JournalReader.Read(damaged, "j"), $"bit {bit} of byte {index}").Id.ShouldBe(ErrorId.JournalDamaged);
            }
        }
    }

    [Fact]
    public void A_line_that_is_missing_repeated_or_out_of_order_is_damage()
    {
        foreach (byte[][] lines in new[] { [Lines[0], Lines[2]], [Lines[1], Lines[2]], [Lines[0], Lines[0]], new[] { Lines[1], Lines[0] } })
            Should.Throw<AppStatusException>(() => JournalReader.Read([.. lines.SelectMany(line => line)], "j")).Id.ShouldBe(ErrorId.JournalDamaged);
    }

    [Fact]
    public void Damage_names_the_line_and_what_to_do_by_hand()
    {
        byte[] damaged = [.. Whole];
        damaged[Lines[0].Length + 20] ^= 1;
        Should.Throw<AppStatusException>(() => JournalReader.Read(damaged, "/store/d1.journal")).Message
            .ShouldSatisfyAllConditions(text => text.ShouldContain("/store/d1.journal is damaged at line 2"), text => text.ShouldContain("by hand"));
    }

    private static byte[] Line(long sequence, JournalEvent item) => JournalLine.Write(new JournalRecord(sequence, Given.Start, item));
}
