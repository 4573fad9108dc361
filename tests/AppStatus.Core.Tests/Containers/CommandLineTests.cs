using AppStatus.Core.Containers;
using FsCheck;
using FsCheck.Fluent;

namespace AppStatus.Core.Tests.Containers;

public sealed class CommandLineTests
{
    [Theory]
    [InlineData("plain", "plain")]
    [InlineData("", "\"\"")]
    [InlineData("two words", "\"two words\"")]
    [InlineData("a\"b", "\"a\\\"b\"")]
    [InlineData(@"C:\folder\", @"C:\folder\")]
    [InlineData(@"C:\my folder\", @"""C:\my folder\\""")]
    [InlineData("a\\\"b", "\"a\\\\\\\"b\"")]
    public void Quotes_what_would_be_taken_apart_and_nothing_else(string argument, string line) => CommandLine.Of([argument]).ShouldBe(line);

    [Fact]
    public void What_is_put_together_is_taken_apart_into_the_same()
    {
        Gen<string> argument = Gen.Elements(' ', '\t', '\n', '\v', '"', '\\', '\'', '$', 'a', 'ü').ArrayOf().Select(letters => new string(letters));

        FsCheck.Check.One(Config.QuickThrowOnFailure.WithMaxTest(2000), Prop.ForAll(argument.ArrayOf().ToArbitrary(), arguments =>
            WindowsArguments.Of(CommandLine.Of(arguments)).SequenceEqual(arguments)));
    }

    [Theory]
    [InlineData("a b  c", new[] { "a", "b", "c" })]
    [InlineData("\"a b\" \"\"", new[] { "a b", "" })]
    [InlineData(@"a\\\""b c\\\\ ""d\\"" e", new[] { @"a\""b", @"c\\\\", @"d\", "e" })]
    [InlineData("\"a\"\"b\"", new[] { "a\"b" })]
    public void The_parser_that_judges_it_knows_the_documented_examples(string line, string[] arguments) => WindowsArguments.Of(line).ShouldBe(arguments);

#if !NETFRAMEWORK
    // Mono takes arguments apart as a shell does, .NET on every system as Windows does.
    [Fact]
    public async Task A_real_program_gets_them_as_they_were()
    {
        using FakeEngine engine = FakeEngine.Saying("""for word in "$@"; do printf '[%s]' "$word"; done""");
        string[] arguments = ["", " ", "a b", "\"", "\\", "\\\"", @"end\", @"with space\", "'", "$HOME", "*", "ü", "--x={\"a\":\"b\\\\c\"}"];

        (string output, Errors.Fault? fault) = await engine.Program.RunAsync(arguments, TestContext.Current.CancellationToken);

        fault.ShouldBeNull();
        output.ShouldBe(string.Concat(arguments.Select(argument => $"[{argument}]")));
    }
#endif
}
