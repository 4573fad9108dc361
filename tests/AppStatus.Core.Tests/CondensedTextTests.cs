namespace AppStatus.Core.Tests;

public sealed class CondensedTextTests
{
    [Theory]
    [InlineData("No such server.\n\n", "No such server.")]
    [InlineData("a\r\n \t b", "a b")]
    [InlineData("##vso[task.complete]\nx", "# #vso[task.complete] x")]
    [InlineData("\n", "")]
    [InlineData(null, "")]
    public void A_quoted_answer_is_one_line(string? text, string condensed) => SafeText.Condensed(text).ShouldBe(condensed);

    [Fact]
    public void No_escape_sequence_is_left() => SafeText.Condensed("a\u001b[31mred").ShouldNotContain('\u001b');

    [Fact]
    public void It_is_bounded() => SafeText.Condensed(new string('x', 5000)).Length.ShouldBe(301);
}
