using AppStatus.Core.Flags;

namespace AppStatus.Core.Tests.Flags;

public sealed class FlagValueTests
{
    [Theory]
    [InlineData("true", "true")]
    [InlineData("TRUE", "true")]
    [InlineData("True\n", "true")]
    [InlineData("1", "true")]
    [InlineData("on", "true")]
    [InlineData(" On ", "true")]
    [InlineData("yes", "true")]
    [InlineData("Enabled", "true")]
    [InlineData("false", "false")]
    [InlineData("False", "false")]
    [InlineData("0", "false")]
    [InlineData("OFF", "false")]
    [InlineData("no", "false")]
    [InlineData("disabled\r\n", "false")]
    [InlineData("0%", "0%")]
    [InlineData("25%", "25%")]
    [InlineData("007%", "7%")]
    [InlineData("100%", "100%")]
    public void What_others_write_is_read_and_written_in_one_way(string text, string written)
    {
        FlagValue.TryParse(text, out FlagValue value).ShouldBeTrue();
        value.Text.ShouldBe(written);
        FlagValue.TryParse(value.Text, out FlagValue again).ShouldBeTrue();
        again.ShouldBe(value);
    }

    [Theory]
    [InlineData("")]
    [InlineData(" ")]
    [InlineData("2")]
    [InlineData("25")]
    [InlineData("101%")]
    [InlineData("-1%")]
    [InlineData("+1%")]
    [InlineData("2.5%")]
    [InlineData("25 %")]
    [InlineData("%")]
    [InlineData("1e2%")]
    [InlineData("4294967297%")]
    [InlineData("truely")]
    [InlineData("t")]
    [InlineData("true false")]
    [InlineData("\"true\"")]
    [InlineData("{\"enabled\":true}")]
    [InlineData("٢%")]
    public void What_is_no_flag_is_not_taken_for_one(string text) => FlagValue.TryParse(text, out _).ShouldBeFalse();

    [Theory]
    [InlineData("true", true)]
    [InlineData("false", false)]
    [InlineData("0%", false)]
    [InlineData("99%", false)]
    [InlineData("100%", true)]
    public void Only_what_is_on_for_everyone_is_enabled(string text, bool all)
    {
        FlagValue.TryParse(text, out FlagValue value).ShouldBeTrue();
        value.IsOnForAll.ShouldBe(all);
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(101)]
    public void No_percentage_is_made_that_could_not_be_read(int share) => Should.Throw<ArgumentOutOfRangeException>(() => FlagValue.OfPercentage(share));
}
