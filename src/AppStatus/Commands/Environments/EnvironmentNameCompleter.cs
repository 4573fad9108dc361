using System.Collections;
using System.Management.Automation.Language;
using AppStatus.Core.Environments;
using AppStatus.Pipeline;
using AppStatus.Sessions;

namespace AppStatus.Commands.Environments;

/// <summary>Completes the environments of processes, and those that were seen in this PowerShell session; no engine is asked.</summary>
public sealed class EnvironmentNameCompleter : IArgumentCompleter
{
    public IEnumerable<CompletionResult> CompleteArgument(
        string commandName, string parameterName, string wordToComplete, CommandAst commandAst, IDictionary fakeBoundParameters) =>
        Completion.Of(wordToComplete, [.. EnvironmentHosts.ProcessNames().Union(SessionTable.Current.Environments.In(null), StringComparer.Ordinal).OrderBy(name => name, StringComparer.Ordinal)]);
}
