using System.Globalization;
using System.Text;

namespace AppStatus.Core.Monitoring.Metrics.Text;

/// <summary>
/// Reads Prometheus' text format (https://prometheus.io/docs/instrumenting/exposition_formats/, version 0.0.4), with what newer
/// exporters add to it: names in quotes within the braces, exemplars, # EOF. Any line that is none of it spoils the whole, as in Prometheus: half
/// a scrape would make a rate out of nothing.
/// </summary>
internal static class ExpositionParser
{
    /// <summary>Null where it was read, else what is wrong with it and in which line.</summary>
    public static string? TryParse(string text, out Exposition exposition)
    {
        exposition = new Exposition();
        int number = 0;
        for (int at = 0; at < text.Length;)
        {
            int end = text.IndexOf('\n', at);
            if (end < 0) end = text.Length;
            number++;
            string line = text.Substring(at, end - at).Trim(' ', '\t', '\r');
            at = end + 1;
            if (line.Length == 0) continue;
            string? wrong = line[0] == '#' ? Comment(line, exposition) : Sample(line, exposition);
            if (wrong is not null) return FormattableString.Invariant($"line {number} {wrong}: '{SafeText.Condensed(line, 100)}'");
        }

        return null;
    }

    private static string? Comment(string line, Exposition exposition)
    {
        string[] words = line.Split([' ', '\t'], StringSplitOptions.RemoveEmptyEntries);
        if (words.Length >= 4 && words[0] == "#" && words[1] == "TYPE") exposition.SetType(words[2].Trim('"'), words[3]);
        return null;
    }

    private static string? Sample(string line, Exposition exposition)
    {
        var cursor = new LineCursor(line);
        string name = cursor.Name(colons: true);
        var labels = new List<KeyValuePair<string, string>>();
        cursor.SkipBlanks();
        if (cursor.Take('{') && Labels(ref cursor, ref name, labels) is { } wrong) return wrong;
        if (name.Length == 0) return "has no name of a metric";

        string value = cursor.Word();
        if (!TryNumber(value, out double number)) return value.Length == 0 ? "has no value" : "has no number for a value";
        long? timestamp = null;
        string rest = cursor.Word();
        if (rest.Length > 0 && rest != "#")
        {
            if (!TryTimestamp(rest, out timestamp)) return "has no number for a timestamp";
            rest = cursor.Word();
        }

        if (rest.Length > 0 && rest != "#") return "goes on after its value";
        labels.Sort(static (a, b) => string.CompareOrdinal(a.Key, b.Key));
        for (int i = 1; i < labels.Count; i++)
            if (labels[i].Key == labels[i - 1].Key) return $"has the label {labels[i].Key} twice";
        return exposition.TryAdd(new ExpositionSample(name, SeriesName.Of(name, labels), labels, number, timestamp)) ? null : "repeats a series that was there before";
    }

    private static string? Labels(ref LineCursor cursor, ref string name, List<KeyValuePair<string, string>> labels)
    {
        while (true)
        {
            cursor.SkipBlanks();
            if (cursor.Take('}')) return null;
            bool quoted = cursor.At == '"';
            string? label = quoted ? cursor.Quoted() : cursor.Name(colons: false);
            cursor.SkipBlanks();
            if (label is null || (label.Length == 0 && !quoted)) return "has a label without a name";
            if (cursor.Take('='))
            {
                cursor.SkipBlanks();
                if (cursor.Quoted() is not { } value) return $"has no quoted value for the label {label}";
                // An empty label is as good as none.
                if (value.Length > 0) labels.Add(new KeyValuePair<string, string>(label, value));
            }
            else if (quoted && name.Length == 0)
            {
                name = label;
            }
            else
            {
                return $"has no value for the label {label}";
            }

            cursor.SkipBlanks();
            if (cursor.Take(',')) continue;
            if (cursor.At != '}') return "has a brace that is not closed";
        }
    }

    /// <summary>As Go's ParseFloat reads numbers: with NaN, and infinities by several names.</summary>
    internal static bool TryNumber(string word, out double number)
    {
        number = 0;
        switch (word.ToUpperInvariant())
        {
            case "NAN": number = double.NaN; return true;
            case "+INF" or "INF" or "+INFINITY" or "INFINITY": number = double.PositiveInfinity; return true;
            case "-INF" or "-INFINITY": number = double.NegativeInfinity; return true;
            default:
                // No thousands, no blanks; too large a number is no error on .NET, and an infinity on each framework.
                if (word.Length == 0) return false;
                const NumberStyles styles = NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent;
                return double.TryParse(word, styles, CultureInfo.InvariantCulture, out number);
        }
    }

    private static bool TryTimestamp(string word, out long? milliseconds)
    {
        milliseconds = null;
        if (long.TryParse(word, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long whole))
        {
            milliseconds = whole;
            return true;
        }

        // OpenMetrics has seconds with a fraction.
        if (!TryNumber(word, out double seconds) || double.IsNaN(seconds) || Math.Abs(seconds) > 1e12) return false;
        milliseconds = (long)(seconds * 1000);
        return true;
    }

    /// <summary>A place in a line.</summary>
    private struct LineCursor(string line)
    {
        private int _at;

        public readonly char At => _at < line.Length ? line[_at] : '\0';

        public void SkipBlanks()
        {
            while (At is ' ' or '\t') _at++;
        }

        public bool Take(char c)
        {
            if (_at >= line.Length || line[_at] != c) return false;
            _at++;
            return true;
        }

        /// <summary>Empty where none stands here.</summary>
        public string Name(bool colons)
        {
            int start = _at;
            while (SeriesName.MayHold(At, first: _at == start, colons)) _at++;
            return line.Substring(start, _at - start);
        }

        public string Word()
        {
            SkipBlanks();
            int start = _at;
            while (_at < line.Length && line[_at] is not (' ' or '\t')) _at++;
            return line.Substring(start, _at - start);
        }

        /// <summary>What stands in quotes here, without its escapes; null where no quote is, or none that closes it.</summary>
        public string? Quoted()
        {
            if (!Take('"')) return null;
            var text = new StringBuilder();
            while (_at < line.Length)
            {
                char c = line[_at++];
                if (c == '"') return text.ToString();
                if (c != '\\')
                {
                    text.Append(c);
                    continue;
                }

                if (_at >= line.Length) return null;
                char escaped = line[_at++];
                if (escaped == 'n') text.Append('\n');
                else if (escaped is '\\' or '"') text.Append(escaped);
                else text.Append('\\').Append(escaped);
            }

            return null;
        }
    }
}
