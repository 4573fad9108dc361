using AppStatus.Core.Errors;

namespace AppStatus.Core.Monitoring.Metrics.Expressions;

/// <summary>
/// What is read of an instance: a known metric such as <c>cpu_percent</c>, a series by its own name, perhaps with labels, or two of them
/// divided, which makes a percentage.
/// </summary>
internal sealed class MetricExpression
{
    private readonly Func<Scrape, Scrape?, MetricValue>? _formula;

    private MetricExpression(string text, Func<Scrape, Scrape?, MetricValue>? formula)
    {
        Text = text;
        _formula = formula;
    }

    /// <summary>As it was typed; the name of its samples.</summary>
    public string Text { get; }

    /// <summary>For sources that compute it themselves, and know it by its name.</summary>
    public static MetricExpression Named(string name) => new(name.Trim(), formula: null);

    /// <exception cref="AppStatusException"><see cref="ErrorId.InvalidArgument"/>.</exception>
    public static MetricExpression Parse(string text)
    {
        string typed = text.Trim();
        if (KnownMetrics.Find(typed) is { } known) return new MetricExpression(typed, known);
        var parser = new SelectorParser(typed);
        SeriesSelector first = parser.Selector();
        if (parser.AtEnd) return new MetricExpression(typed, first.Evaluate);
        parser.Divide();
        SeriesSelector second = parser.Selector();
        if (!parser.AtEnd) throw parser.Wrong("it goes on after its second series");
        return new MetricExpression(typed, (now, before) => Share(first, second, now, before));
    }

    /// <exception cref="InvalidOperationException">It is only a name.</exception>
    public MetricValue Evaluate(Scrape now, Scrape? before) =>
        _formula is null ? throw new InvalidOperationException($"{Text} is computed by its source.") : _formula(now, before);

    public override string ToString() => Text;

    private static MetricValue Share(SeriesSelector part, SeriesSelector whole, Scrape now, Scrape? before)
    {
        MetricValue above = part.Evaluate(now, before), below = whole.Evaluate(now, before);
        if (!above.IsNumber && !above.WarmingUp) return above;
        if (!below.IsNumber) return below;
        if (above.WarmingUp) return above;
        return below.Value == 0
            ? MetricValue.NoData($"{whole.Name} {(now.Content.IsCounter(whole.Name) ? "has not grown since the last reading" : "is 0")}, and nothing can be a share of nothing")
            : MetricValue.Of(100 * above.Value / below.Value, "%");
    }
}
