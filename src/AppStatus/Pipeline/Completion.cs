using System.Management.Automation.Language;

namespace AppStatus.Pipeline;

/// <summary>Completion results out of known words.</summary>
internal static class Completion
{
    /// <param name="typed">What stands there already, perhaps with a quote before it.</param>
    /// <param name="words">All that could stand there.</param>
    public static IEnumerable<CompletionResult> Of(string? typed, IEnumerable<string> words)
    {
        string start = (typed ?? "").Trim('\'', '"');
        return words
            .Where(word => word.StartsWith(start, StringComparison.OrdinalIgnoreCase))
            .Distinct(StringComparer.Ordinal)
            .Select(word => new CompletionResult(Quoted(word), word, CompletionResultType.ParameterValue, word));
    }

    private static string Quoted(string word) => word.All(c => char.IsLetterOrDigit(c) || c is '/' or '-' or '_' or '.' or ':')
        ? word
        : $"'{CodeGeneration.EscapeSingleQuotedStringContent(word)}'";
}
