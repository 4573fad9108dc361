using AppStatus.Core.Errors;

namespace AppStatus.Core.Tests.Errors;

public sealed class RemoteTextTests
{
    [Theory]
    [InlineData("No such server.\n\n", "No such server.")]
    [InlineData("a\u001b[31mred\r\n b", "a [31mred b")]
    [InlineData("##vso[task.complete]", "# #vso[task.complete]")]
    [InlineData("re\u00adady", "re ady")]
    [InlineData(null, "")]
    public void Remote_text_is_one_line_that_commands_nothing(string? text, string clean) => RemoteText.Clean(text).ShouldBe(clean);

    [Fact]
    public void Remote_text_is_bounded() => RemoteText.Clean(new string('x', 5000)).Length.ShouldBeLessThan(310);
}
