using AppStatus.Core.Monitoring.Metrics.Text;

namespace AppStatus.Core.Tests.Monitoring.Metrics;

public sealed class ExpositionParserTests
{
    [Fact]
    public void A_scrape_is_read_with_its_types()
    {
        Exposition scrape = Parse("# HELP a_total What it counts.\r\n# TYPE a_total counter\r\na_total{code=\"200\",method=\"get\"} 1027 1395066363000\r\n\r\n  plain 1.5e3\n# TYPE h histogram\nh_count 3\n# EOF");

        scrape.Count.ShouldBe(3);
        ExpositionSample counter = scrape.Named("a_total").ShouldHaveSingleItem();
        (counter.Value, counter.Timestamp, counter.Label("method"), counter.Label("none")).ShouldBe((1027, 1395066363000, "get", ""));
        scrape.Named("plain")[0].Value.ShouldBe(1500);
        scrape.IsCounter("a_total").ShouldBeTrue();
        scrape.IsCounter("h_count").ShouldBeTrue();
        scrape.IsCounter("plain").ShouldBeFalse();
    }

    [Theory]
    [InlineData("# TYPE queue_count gauge\nqueue_count 1", "queue_count", false)] // A gauge by its type, whatever its name says.
    [InlineData("x_total 1", "x_total", true)]
    [InlineData("# TYPE x_total untyped\nx_total 1", "x_total", true)]
    [InlineData("# TYPE x gauge\nx_count 1", "x_count", false)]
    [InlineData("# TYPE x summary\nx_sum 1", "x_sum", true)]
    [InlineData("# TYPE x_created counter\nx_created 1", "x_created", true)]
    public void A_counter_is_known_by_its_type_then_by_its_name(string text, string name, bool counter) => Parse(text).IsCounter(name).ShouldBe(counter);

    [Theory]
    [InlineData("a{l=\"x\\\\y\\\"z\\nw\"} 1", "x\\y\"z\nw")]
    [InlineData("a{l=\"a,b}c=d#e\",} 1", "a,b}c=d#e")]
    [InlineData("a{ l = \"ü \\q\" } 1", "ü \\q")]
    [InlineData("{\"a\",l=\"x\"} 1", "x")]
    public void Labels_may_hold_anything(string line, string value) => Parse(line).Named("a")[0].Label("l").ShouldBe(value);

    [Theory]
    [InlineData("NaN", double.NaN)]
    [InlineData("+Inf", double.PositiveInfinity)]
    [InlineData("-Inf", double.NegativeInfinity)]
    [InlineData("-1.5E-3", -0.0015)]
    [InlineData("+4", 4)]
    public void Numbers_are_read_as_exporters_write_them(string text, double value) => Parse("a " + text).Named("a")[0].Value.ShouldBe(value);

    [Fact]
    public void Exemplars_and_names_of_any_kind_are_taken()
    {
        Exposition scrape = Parse("h_bucket{le=\"1\"} 5 # {trace=\"a\"} 0.5 1.2\n{\"my metric\",\"the label\"=\"v\"} 2 1395066363.5");

        scrape.Named("h_bucket")[0].Value.ShouldBe(5);
        scrape.Named("my metric")[0].Label("the label").ShouldBe("v");
        scrape.Named("my metric")[0].Timestamp.ShouldBe(1395066363500);
    }

    [Theory]
    [InlineData("<html>Sign in</html>")]
    [InlineData("{\"status\":\"ready\"}")]
    [InlineData("a")]
    [InlineData("a b")]
    [InlineData("a 1 2 3")]
    [InlineData("a 1,000")]
    [InlineData("a 0x10")]
    [InlineData("a{l=\"x} 1")]
    [InlineData("a{l=x} 1")]
    [InlineData("a{l} 1")]
    [InlineData("a{l=\"x\" 1")]
    [InlineData("a{l=\"x\" m=\"y\"} 1")]
    [InlineData("a{l=\"x\",l=\"y\"} 1")]
    [InlineData("1a 1")]
    [InlineData("a 1\na 2")]
    [InlineData("a{x=\"1\",y=\"2\"} 1\na{y=\"2\",x=\"1\"} 2")]
    [InlineData("good 1\nhalf_of_a_lin")]
    public void Anything_else_spoils_the_whole_and_names_its_line(string text)
    {
        string? wrong = ExpositionParser.TryParse(text, out _);

        wrong.ShouldNotBeNull().ShouldStartWith("line ");
    }

    [Fact]
    public void What_is_wrong_is_shown_without_what_could_harm() =>
        ExpositionParser.TryParse("\u001b[31m##vso[task.complete]", out _).ShouldNotBeNull().ShouldNotContain("\u001b");

    [Fact]
    public void An_empty_body_is_a_scrape_of_nothing() => Parse("").Count.ShouldBe(0);

    [Fact]
    public void What_is_written_is_read_again()
    {
        var random = new Random(20261121);
        string[] pieces = ["a", "\\", "\"", "\n", "{", "}", ",", "=", " ", "#", "é", "\r", "\t", "n", "\u2028", "0"];
        string Text(int longest) => string.Concat(Enumerable.Range(0, random.Next(longest)).Select(_ => pieces[random.Next(pieces.Length)]));
        for (int round = 0; round < 2000; round++)
        {
            var labels = new SortedDictionary<string, string>(StringComparer.Ordinal);
            for (int i = random.Next(4); i > 0; i--) labels["k" + Text(4)] = "v" + Text(12);
            List<KeyValuePair<string, string>> ordered = [.. labels];
            string name = "m" + Text(5);
            string series = SeriesName.Of(name, ordered);

            ExpositionSample sample = Parse("x 1\n" + series + " 42\ny 2\n").Named(name).ShouldHaveSingleItem();

            sample.Series.ShouldBe(series);
            sample.Labels.ShouldBe(ordered);
            sample.Value.ShouldBe(42);
        }
    }

    private static Exposition Parse(string text)
    {
        ExpositionParser.TryParse(text, out Exposition scrape).ShouldBeNull();
        return scrape;
    }
}
