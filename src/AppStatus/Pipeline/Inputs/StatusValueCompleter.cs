using System.Collections;
using System.Management.Automation.Language;

namespace AppStatus.Pipeline;

/// <summary>Completes a status with the words of the wire.</summary>
public sealed class StatusValueCompleter : IArgumentCompleter
{
    private static readonly (string Word, string Means)[] Words =
    [
        ("ready", "gets production traffic"),
        ("stage", "gets test traffic"),
        ("stand-by", "gets no traffic"),
    ];

    public IEnumerable<CompletionResult> CompleteArgument(
        string commandName,
        string parameterName,
        string wordToComplete,
        CommandAst commandAst,
        IDictionary fakeBoundParameters) =>
        Words
            .Where(word => word.Word.StartsWith(wordToComplete ?? "", StringComparison.OrdinalIgnoreCase))
            .Select(word => new CompletionResult(word.Word, word.Word, CompletionResultType.ParameterValue, word.Means));
}
