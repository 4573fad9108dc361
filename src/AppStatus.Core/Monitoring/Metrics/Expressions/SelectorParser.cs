using System.Text;
using AppStatus.Core.Errors;
using AppStatus.Core.Monitoring.Metrics.Text;

namespace AppStatus.Core.Monitoring.Metrics.Expressions;

/// <summary>Reads <c>name{label="value",other=~"pattern"}</c> as a person types it; quotes may be single ones, which PowerShell leaves alone in double ones.</summary>
internal sealed class SelectorParser(string text)
{
    private int _at;

    public bool AtEnd
    {
        get
        {
            SkipBlanks();
            return _at >= text.Length;
        }
    }

    private char Here => _at < text.Length ? text[_at] : '\0';

    /// <exception cref="AppStatusException"><see cref="ErrorId.InvalidArgument"/>.</exception>
    public SeriesSelector Selector()
    {
        SkipBlanks();
        int start = _at;
        string name = Name(colons: true);
        if (name.Length == 0) throw Wrong("a name of a metric is missing");
        var matchers = new List<LabelMatcher>();
        if (Here == '{')
        {
            _at++;
            Matchers(matchers);
        }

        return new SeriesSelector(text.Substring(start, _at - start), name, matchers);
    }

    /// <exception cref="AppStatusException"><see cref="ErrorId.InvalidArgument"/>.</exception>
    public void Divide()
    {
        SkipBlanks();
        if (Here != '/') throw Wrong("only '/' and another series may follow");
        _at++;
    }

    public AppStatusException Wrong(string why) => new(
        ErrorId.InvalidArgument,
        $"'{SafeText.Of(text, 200)}' is no metric: {why}.",
        $"Use one of {string.Join(", ", KnownMetrics.Names)}, a name such as queue_length, or a share such as 'http_requests_total{{code=~\"5..\"}} / http_requests_total'.");

    private void Matchers(List<LabelMatcher> matchers)
    {
        while (true)
        {
            SkipBlanks();
            if (Here == '}')
            {
                _at++;
                return;
            }

            string label = Name(colons: false);
            if (label.Length == 0) throw Wrong("a label or a brace is missing");
            SkipBlanks();
            string comparison = Comparison();
            SkipBlanks();
            string value = Value();
            try
            {
                matchers.Add(LabelMatcher.Of(label, comparison, value));
            }
            catch (ArgumentException)
            {
                throw Wrong($"'{SafeText.Of(value, 100)}' is no pattern");
            }

            SkipBlanks();
            if (Here == ',') _at++;
            else if (Here != '}') throw Wrong("a comma or a brace is missing");
        }
    }

    private string Comparison()
    {
        foreach (string comparison in (string[])["=~", "!~", "!=", "="])
        {
            if (string.CompareOrdinal(text, _at, comparison, 0, comparison.Length) != 0) continue;
            _at += comparison.Length;
            return comparison;
        }

        throw Wrong("a label is compared by =, !=, =~ or !~");
    }

    private string Value()
    {
        char quote = Here;
        if (quote is not ('"' or '\'')) throw Wrong("a label's value stands in quotes");
        _at++;
        var value = new StringBuilder();
        while (_at < text.Length && text[_at] != quote)
        {
            // Of escapes only those that the quotes need: patterns have backslashes of their own.
            if (text[_at] == '\\' && _at + 1 < text.Length && (text[_at + 1] == quote || text[_at + 1] == '\\')) _at++;
            value.Append(text[_at++]);
        }

        if (_at >= text.Length) throw Wrong("a quote is not closed");
        _at++;
        return value.ToString();
    }

    private string Name(bool colons)
    {
        int start = _at;
        while (SeriesName.MayHold(Here, _at == start, colons)) _at++;
        return text.Substring(start, _at - start);
    }

    private void SkipBlanks()
    {
        while (char.IsWhiteSpace(Here)) _at++;
    }
}
