using System.Collections;
using System.Management.Automation.Language;
using AppStatus.Pipeline;
using AppStatus.Sessions;

namespace AppStatus.Commands.Flags;

/// <summary>Completes the names of flags that this session has seen, of the prefix that was typed; it asks no Redis.</summary>
public sealed class FlagNameCompleter : IArgumentCompleter
{
    public IEnumerable<CompletionResult> CompleteArgument(
        string commandName, string parameterName, string wordToComplete, CommandAst commandAst, IDictionary fakeBoundParameters) =>
        Completion.Of(wordToComplete, SessionTable.Current.Flags.In(fakeBoundParameters["KeyPrefix"] is string prefix ? [prefix] : null));
}
