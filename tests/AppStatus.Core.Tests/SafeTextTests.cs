namespace AppStatus.Core.Tests;

public sealed class SafeTextTests
{
    [Theory]
    [InlineData("web01 – ready ✓", "web01 – ready ✓")]
    [InlineData("\u001b[31mred", "\u241B[31mred")]
    [InlineData("\u009b31m", "\uFFFD31m")]
    [InlineData("a\u202Eb", "a\uFFFDb")]
    [InlineData("a\nb\tc", "a\u240Ab\u2409c")]
    [InlineData("x ##vso[task.x]", "x # #vso[task.x]")]
    [InlineData("##VSO[task.x]", "# #VSO[task.x]")]
    [InlineData("##[error]x", "# #[error]x")]
    [InlineData("####[error]", "### #[error]")]
    [InlineData("## heading", "## heading")]
    public void One_line(string text, string safe) => SafeText.Of(text).ShouldBe(safe);

    [Fact]
    public void Lines_are_kept_where_they_are_wanted() => SafeText.OfLines("a\r\n\tb\u0007").ShouldBe("a\r\n\tb\u2407");

    [Fact]
    public void Hidden_characters_inside_a_command_do_not_bring_it_back() => SafeText.Of("#\u200B#vso[x]").ShouldBe("#\uFFFD#vso[x]");

    [Fact]
    public void Long_text_is_cut() => SafeText.Of(new string('a', 50), limit: 10).ShouldBe("aaaaaaaaaa…");
}
