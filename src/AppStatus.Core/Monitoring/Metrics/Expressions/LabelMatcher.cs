using System.Text.RegularExpressions;
using AppStatus.Core.Monitoring.Metrics.Text;

namespace AppStatus.Core.Monitoring.Metrics.Expressions;

/// <summary>One condition on a label, as PromQL has it: <c>=</c>, <c>!=</c>, <c>=~</c> and <c>!~</c>; patterns match the whole value.</summary>
internal sealed class LabelMatcher
{
    /// <summary>For one value: a pattern that explodes is a pattern that does not match.</summary>
    private static readonly TimeSpan PatternLimit = TimeSpan.FromMilliseconds(100);

    private readonly Func<string, bool> _matches;

    private LabelMatcher(string label, Func<string, bool> matches)
    {
        Label = label;
        _matches = matches;
    }

    public string Label { get; }

    /// <exception cref="ArgumentException">The pattern is none.</exception>
    public static LabelMatcher Of(string label, string comparison, string value)
    {
        if (comparison == "=") return new LabelMatcher(label, text => string.Equals(text, value, StringComparison.Ordinal));
        if (comparison == "!=") return new LabelMatcher(label, text => !string.Equals(text, value, StringComparison.Ordinal));
        var pattern = new Regex($"^(?:{value})$", RegexOptions.CultureInvariant | RegexOptions.Singleline, PatternLimit);
        return comparison == "=~" ? new LabelMatcher(label, pattern.IsMatch) : new LabelMatcher(label, text => !pattern.IsMatch(text));
    }

    public bool Matches(ExpositionSample sample) => _matches(sample.Label(Label));
}
